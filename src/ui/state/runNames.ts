/** @file What runs are called in lists and legends. Pure. */

import { builtInLanguages } from "../../training/config";
import type { KeptRun } from "./keptRecords";
import type { Run } from "./run";
import { fraction } from "./words";

/** What tells a run from others, in a few words: `hybrid α .50 → .60, seed 1, 3 languages`. */
export function nameOf({ config, alphaMarks }: Run): string {
  const { sampler, alpha, seed, languages } = config;
  const moves = alphaMarks.slice(-1).map((mark) => ` → ${fraction(mark.alpha, 2)}`);
  const batches =
    sampler === "hybrid" ? `hybrid α ${fraction(alpha, 2)}${moves.join("")}` : sampler;
  const parts = [batches, `seed ${seed}`];
  if (languages.length < builtInLanguages.length) parts.push(`${languages.length} languages`);
  return parts.join(", ");
}

/** The names, with the time where two are the same. */
export function labels(list: readonly KeptRun[]): string[] {
  return list.map(({ name, keptAt }) => {
    const alone = list.filter((other) => other.name === name).length === 1;
    return alone ? name : `${name}, ${timeOf(keptAt)}`;
  });
}

/** A date and time as one reads them in a list: `21 Nov, 05:12:40`. */
function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}
