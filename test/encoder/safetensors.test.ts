import { describe, expect, it } from "vitest";
import { float8ToFloat } from "../../src/encoder/weights/float8";
import { halfToFloat } from "../../src/encoder/weights/half";
import { readSafetensors } from "../../src/encoder/weights/safetensors";
import { WeightsError } from "../../src/encoder/weights/weightsError";
import { rawSafetensors, writeSafetensors } from "./writeSafetensors";

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

interface Entry {
  dtype?: unknown;
  shape?: unknown;
  data_offsets?: unknown;
}

/** A file with a header of these tensors over some bytes of data. */
function file(tensors: Record<string, Entry>, data: ArrayLike<number>): ArrayBuffer {
  return rawSafetensors(JSON.stringify(tensors), data);
}

/** One tensor of two numbers, sound but for what is given. */
function oneTensor(entry: Entry, data: ArrayLike<number> = zeros(8)): ArrayBuffer {
  return file({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...entry } }, data);
}

/** The first 8 bytes of a file, claiming a header of this many bytes. */
function claiming(headerBytes: bigint): ArrayBuffer {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, headerBytes, true);
  return bytes.buffer;
}

function bytesOf(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function halves(...bits: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(bits).buffer);
}

const pair = { dtype: "F32", shape: [2] };
const half = { dtype: "F16", shape: [1], data_offsets: [0, 2] };
const sound = oneTensor({}, bytesOf(1, 2));

/** What is wrong, the file, and what the message has to name. */
const hostile: [string, ArrayBuffer, RegExp][] = [
  ["an empty file", new ArrayBuffer(0), /0 bytes, too short/],
  ["a length cut short", new ArrayBuffer(7), /7 bytes, too short/],
  [
    "a header cut short",
    sound.slice(0, 30),
    /header claims \d+ bytes, the file has 30; .*truncated/,
  ],
  ["data cut short", sound.slice(0, -1), /tensor a: bytes 0 to 8 lie outside the file's 7 bytes/],
  ["a header of 2^60 bytes", claiming(2n ** 60n), /header claims 1152921504606846976 bytes/],
  ["a header of 2^64 − 1 bytes", claiming(2n ** 64n - 1n), /header claims 18446744073709551615 /],
  ["a header that is no JSON", rawSafetensors("{"), /header is not JSON/],
  ["a header that is no text", claiming(8n), /header is not JSON/],
  ["a header that is a list", rawSafetensors("[]"), /header is not a JSON object/],
  ["a header that is null", rawSafetensors("null"), /header is not a JSON object/],
  ["an entry that is a number", rawSafetensors('{"a":1}'), /tensor a: .*entry is not an object/],
  ["an entry named __proto__", rawSafetensors('{"__proto__":1}'), /tensor __proto__: /],
  [
    "a tensor outside the file",
    oneTensor({ data_offsets: [8, 16] }),
    /tensor a: bytes 8 to 16 lie outside the file's 8 bytes/,
  ],
  ["an end before the start", oneTensor({ data_offsets: [8, 0] }), /tensor a: bytes 8 to 0 lie/],
  [
    "tensors that overlap",
    file(
      { a: { ...pair, data_offsets: [0, 8] }, b: { ...pair, data_offsets: [4, 12] } },
      zeros(12),
    ),
    /tensor b at byte 4 overlaps a, which ends at 8/,
  ],
  [
    "tensors that are the same bytes",
    file({ a: { ...pair, data_offsets: [0, 8] }, b: { ...pair, data_offsets: [0, 8] } }, zeros(8)),
    /tensor b at byte 0 overlaps a/,
  ],
  [
    "a gap",
    file(
      { a: { ...pair, data_offsets: [0, 8] }, b: { ...pair, data_offsets: [12, 20] } },
      zeros(20),
    ),
    /tensor b at byte 12 leaves a gap after a, which ends at 8/,
  ],
  [
    "a gap at the start",
    oneTensor({ data_offsets: [4, 12] }, zeros(12)),
    /tensor a at byte 4 leaves a gap/,
  ],
  ["bytes after the last tensor", oneTensor({}, zeros(11)), /3 bytes after the last tensor, a/],
  [
    "too few bytes for the shape",
    oneTensor({ shape: [3] }),
    /a: has 8 bytes, its shape \[3\] needs 12/,
  ],
  [
    "too many bytes for the shape",
    oneTensor({ shape: [] }),
    /a: has 8 bytes, its shape \[\] needs 4/,
  ],
  ["a type we do not read", oneTensor({ dtype: "BF16" }), /tensor a: type "BF16" is not supported/],
  ["no type", oneTensor({ dtype: null }), /tensor a: type null is not supported/],
  ["no shape", oneTensor({ shape: null }), /tensor a: shape null is not a list of sizes/],
  ["a negative size", oneTensor({ shape: [-2] }), /tensor a: shape \[-2\] is not/],
  ["a size that is not whole", oneTensor({ shape: [0.5, 4] }), /tensor a: shape \[0.5,4\] is not/],
  ["a size of 1e308", oneTensor({ shape: [1e308] }), /tensor a: shape \[1e\+308\] is not/],
  [
    "sizes whose product overflows",
    oneTensor({ shape: Array.from({ length: 40 }, () => 2 ** 50) }),
    /tensor a: has 8 bytes, its shape .* needs Infinity/,
  ],
  [
    "negative offsets",
    oneTensor({ data_offsets: [-8, 0] }),
    /a: data_offsets \[-8,0\] are not two/,
  ],
  ["one offset", oneTensor({ data_offsets: [8] }), /tensor a: data_offsets \[8\] are not two/],
  ["three offsets", oneTensor({ data_offsets: [0, 4, 8] }), /data_offsets \[0,4,8\] are not two/],
  ["NaN in F32", oneTensor({}, bytesOf(1, NaN)), /tensor a: value NaN at index 1/],
  ["Infinity in F32", oneTensor({}, bytesOf(Infinity, 1)), /tensor a: value Infinity at index 0/],
  [
    "−Infinity in F32",
    oneTensor({}, bytesOf(1, -Infinity)),
    /tensor a: value -Infinity at index 1/,
  ],
  ["NaN in F16", file({ a: half }, halves(0x7e01)), /tensor a: value NaN at index 0/],
  [
    "NaN in F8_E4M3",
    file({ a: { dtype: "F8_E4M3", shape: [2], data_offsets: [0, 2] } }, [0x38, 0xff]),
    /tensor a: value NaN at index 1/,
  ],
  ["Infinity in F16", file({ a: half }, halves(0x7c00)), /tensor a: value Infinity at index 0/],
];

describe("readSafetensors", () => {
  it.each(hostile)("refuses %s", (_, bytes, message) => {
    expect(() => readSafetensors("far.safetensors", bytes)).toThrow(WeightsError);
    expect(() => readSafetensors("far.safetensors", bytes)).toThrow(message);
    expect(() => readSafetensors("far.safetensors", bytes)).toThrow(/^far\.safetensors: /);
  });

  it("reads back tensors of 32 bits, bit for bit", () => {
    const tensors = new Map([
      ["matrix", { shape: [2, 3], values: Float32Array.of(1, -2, 3.25, 1e-40, -0, 3.4e38) }],
      ["scalar", { shape: [], values: Float32Array.of(0.1) }],
      ["empty", { shape: [0, 4], values: new Float32Array(0) }],
    ]);
    const read = readSafetensors("near.safetensors", writeSafetensors(tensors));
    expect(read).toEqual(tensors);
    expect(Object.is(read.get("matrix")!.values[4], -0)).toBe(true);
  });

  it("reads tensors of 16 bits at odd places, and leaves metadata out", () => {
    const entry = { dtype: "F16", shape: [2, 1], data_offsets: [0, 4] };
    // Spaces pad the header as writers do; 1 of them moves the data to an odd byte.
    for (const padding of ["", " "]) {
      const header = JSON.stringify({ __metadata__: { format: "pt" }, a: entry }) + padding;
      const read = readSafetensors(
        "half.safetensors",
        rawSafetensors(header, halves(0x3c00, 0xc248)),
      );
      expect(read).toEqual(
        new Map([["a", { shape: [2, 1], values: Float32Array.of(1, -3.140625) }]]),
      );
    }
  });
});

describe("float8ToFloat", () => {
  it("gives the value of each kind of 8-bit float", () => {
    const known: [number, number][] = [
      [0x00, 0],
      [0x80, -0],
      [0x38, 1],
      [0xb8, -1],
      [0x39, 1.125], // the next after 1
      [0x01, 2 ** -9], // the smallest subnormal
      [0x87, -7 * 2 ** -9], // the largest subnormal, negated
      [0x08, 2 ** -6], // the smallest normal
      [0x7e, 448], // the largest
      [0x7f, NaN],
      [0xff, NaN],
    ];
    const floats = float8ToFloat(Uint8Array.from(known, ([bits]) => bits));
    expect([...floats]).toEqual(known.map(([, value]) => value));
  });

  it("gives rising values for rising bits", () => {
    const floats = float8ToFloat(Uint8Array.from({ length: 0x7f }, (_, bits) => bits));
    for (let bits = 1; bits < floats.length; bits++) {
      expect(floats[bits]!).toBeGreaterThan(floats[bits - 1]!);
    }
  });
});

describe("halfToFloat", () => {
  it("gives the value of each kind of half", () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x3c00, 1],
      [0xbc00, -1],
      [0x3c01, 1 + 2 ** -10], // the next after 1
      [0x3555, 0.333251953125], // the nearest to 1/3
      [0x0001, 2 ** -24], // the smallest subnormal
      [0x83ff, -1023 * 2 ** -24], // the largest subnormal, negated
      [0x0400, 2 ** -14], // the smallest normal
      [0x7bff, 65504], // the largest
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7c01, NaN],
    ];
    const floats = halfToFloat(Uint16Array.from(known, ([bits]) => bits));
    expect([...floats]).toEqual(known.map(([, value]) => value));
  });

  it("gives rising values for rising bits", () => {
    const floats = halfToFloat(Uint16Array.from({ length: 0x7c01 }, (_, bits) => bits));
    expect(floats.every((value, bits) => bits === 0 || value > floats[bits - 1]!)).toBe(true);
  });
});
