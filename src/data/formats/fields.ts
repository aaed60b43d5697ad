/** @file Reads fields of parsed JSON with their types checked; every defect is a `FormatError`. */

import { FormatError, type Place } from "./formatError";

export type Fields = Readonly<Record<string, unknown>>;

export function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(place, `not JSON: ${reason}`, "Write one valid JSON value");
  }
}

export function asFields(value: unknown, what: string, place: Place): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError(place, `${what} is ${shown(value)}`, `Write ${what} as a JSON object`);
  }
  return value as Fields;
}

/** A text that holds more than white space. */
export function asText(value: unknown, what: string, place: Place): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new FormatError(
      place,
      `${what} is ${shown(value)}`,
      `Give ${what} as a non-empty string`,
    );
  }
  return value;
}

/** A list with at least one element, each read by `read`. */
export function asList<T>(
  value: unknown,
  what: string,
  place: Place,
  read: (element: unknown, what: string, place: Place) => T,
): T[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new FormatError(place, `${what} is ${shown(value)}`, `Give ${what} as a non-empty list`);
  }
  return value.map((element: unknown, index) => read(element, `${what}[${index}]`, place));
}

/** An index into a list of `length` elements. */
export function asIndex(value: unknown, length: number, what: string, place: Place): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= length) {
    throw new FormatError(
      place,
      `${what} is ${shown(value)}`,
      `Give ${what} as an integer from 0 to ${length - 1}`,
    );
  }
  return value;
}

/** A value as it stands in the file, short enough for a message. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
