/** @file The safetensors format: an 8-byte length, a JSON header, then the tensors' bytes. */

import { float8ToFloat } from "./float8";
import { halfToFloat } from "./half";
import { WeightsError } from "./weightsError";

/** One tensor of a file, widened to 32 bits. */
export interface NamedTensor {
  shape: number[];
  values: Float32Array;
}

/** Larger headers than this are refused by the reference implementation too. */
const maximumHeaderBytes = 100_000_000;

const bytesPerValue = { F32: 4, F16: 2, F8_E4M3: 1 } as const;
type StoredType = keyof typeof bytesPerValue;

/** Widens a tensor's bytes; they are aligned, being a copy. */
const widen: Record<StoredType, (stored: ArrayBuffer) => Float32Array> = {
  F32: (stored) => new Float32Array(stored),
  F16: (stored) => halfToFloat(new Uint16Array(stored)),
  F8_E4M3: (stored) => float8ToFloat(new Uint8Array(stored)),
};

interface Entry {
  name: string;
  dtype: StoredType;
  shape: number[];
  start: number;
  end: number;
}

/**
 * All tensors of a safetensors file. Nothing in the file is trusted: lengths,
 * offsets, shapes and values are checked before anything is returned.
 * @throws {WeightsError} naming the file, the tensor and the value at fault.
 */
export function readSafetensors(file: string, bytes: ArrayBuffer): Map<string, NamedTensor> {
  const { header, dataStart } = readHeader(file, bytes);
  const entries = readEntries(file, header, bytes.byteLength - dataStart);
  return new Map(
    entries.map((entry) => [entry.name, readTensor(file, bytes, dataStart, entry)] as const),
  );
}

/** What a file says of itself: its `__metadata__`, empty where it has none. */
export function readMetadata(file: string, bytes: ArrayBuffer): Record<string, string> {
  const metadata = readHeader(file, bytes).header["__metadata__"] ?? {};
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === "string")) {
    return metadata as Record<string, string>;
  }
  throw new WeightsError(file, "its __metadata__ is not an object of texts");
}

/**
 * The beginning of a file of 32-bit tensors, in the order given.
 * @returns its bytes; where each tensor starts, a multiple of 4; the size of the whole file.
 */
export function writeHeader(
  shapes: ReadonlyMap<string, readonly number[]>,
  metadata: Record<string, string>,
): { bytes: Uint8Array; starts: Map<string, number>; size: number } {
  const starts = new Map<string, number>();
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, shape] of shapes) {
    starts.set(name, end);
    const start = end;
    end += shape.reduce((size, axis) => size * axis, bytesPerValue.F32);
    header[name] = { dtype: "F32", shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces, as the format has it, so that the data is aligned.
  const dataStart = Math.ceil((8 + text.length) / 8) * 8;
  const bytes = new Uint8Array(dataStart).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(text, 8);
  for (const [name, start] of starts) starts.set(name, dataStart + start);
  return { bytes, starts, size: dataStart + end };
}

function readHeader(
  file: string,
  bytes: ArrayBuffer,
): { header: Record<string, unknown>; dataStart: number } {
  const fail = (problem: string): never => {
    throw new WeightsError(file, problem);
  };
  if (bytes.byteLength < 8) fail(`${bytes.byteLength} bytes, too short for a safetensors file`);
  const headerBytes = new DataView(bytes).getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(bytes.byteLength - 8, maximumHeaderBytes))) {
    fail(
      `its header claims ${headerBytes} bytes, the file has ${bytes.byteLength}; ` +
        "it is truncated or not a safetensors file",
    );
  }
  const dataStart = 8 + Number(headerBytes);
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice(8, dataStart));
    header = JSON.parse(text);
  } catch (cause) {
    throw new WeightsError(file, `its header is not JSON (${String(cause)})`);
  }
  return isRecord(header) ? { header, dataStart } : fail("its header is not a JSON object");
}

function readEntries(file: string, header: Record<string, unknown>, dataBytes: number): Entry[] {
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => readEntry(file, name, value, dataBytes));
  checkLayout(file, entries, dataBytes);
  return entries;
}

function readEntry(file: string, name: string, value: unknown, dataBytes: number): Entry {
  const fail = (problem: string): never => {
    throw new WeightsError(file, `tensor ${name}: ${problem}`);
  };
  if (!isRecord(value)) return fail("its header entry is not an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isStoredType(dtype)) {
    const known = Object.keys(bytesPerValue).join(", ");
    return fail(`type ${JSON.stringify(dtype)} is not supported; known are ${known}`);
  }
  if (!isCounts(shape)) return fail(`shape ${JSON.stringify(shape)} is not a list of sizes`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail(`data_offsets ${JSON.stringify(offsets)} are not two positions`);
  }
  const [start, end] = offsets as [number, number];
  if (start > end || end > dataBytes) {
    return fail(`bytes ${start} to ${end} lie outside the file's ${dataBytes} bytes of data`);
  }
  const expected = shape.reduce((size, axis) => size * axis, bytesPerValue[dtype]);
  if (end - start !== expected) {
    return fail(`has ${end - start} bytes, its shape [${shape.join(", ")}] needs ${expected}`);
  }
  return { name, dtype, shape, start, end };
}

/** Tensors must fill the data without a gap and without sharing a byte. */
function checkLayout(file: string, entries: Entry[], dataBytes: number): void {
  let end = 0;
  let before = "the start";
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== end) {
      const problem = entry.start < end ? "overlaps" : "leaves a gap after";
      throw new WeightsError(
        file,
        `tensor ${entry.name} at byte ${entry.start} ${problem} ${before}, which ends at ${end}`,
      );
    }
    end = entry.end;
    before = entry.name;
  }
  if (end !== dataBytes) {
    throw new WeightsError(file, `${dataBytes - end} bytes after the last tensor, ${before}`);
  }
}

function readTensor(
  file: string,
  bytes: ArrayBuffer,
  dataStart: number,
  { name, dtype, shape, start, end }: Entry,
): NamedTensor {
  const values = widen[dtype](bytes.slice(dataStart + start, dataStart + end));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new WeightsError(file, `tensor ${name}: value ${values[bad]} at index ${bad}`);
  }
  return { shape, values };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStoredType(value: unknown): value is StoredType {
  return typeof value === "string" && Object.hasOwn(bytesPerValue, value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}
