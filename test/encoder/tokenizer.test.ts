import { describe, expect, it } from "vitest";
import { readArchitecture } from "../../src/encoder/architectures";
import { bucketLength, padBatch, readTokenizer, type Tokenizer } from "../../src/encoder/tokenizer";
import { createRandom, integerBelow } from "../../src/random";
import { builtInEncoderFiles, reference } from "./builtIn";
import { tinyTokenizer } from "./tinyTokenizer";

const file = "tokenizer.json";
const [opening, closing] = [1, 2];

function tiny(maximumLength: number): Tokenizer {
  const json = tinyTokenizer(["red", "green", "blue"]);
  return readTokenizer(json, { file, vocabularySize: 50, maximumLength, padId: 0 });
}

describe("the built-in tokenizer", () => {
  const { config, tokenizer: json } = builtInEncoderFiles();
  const tokenizer = readTokenizer(json, { file, ...readArchitecture(config, "config.json").sizes });

  it.each(reference().sentences)("gives the reference's ids in $language for $text", (sentence) => {
    expect(tokenizer.encode(sentence.text)).toEqual(sentence.ids);
  });

  it("gives the special tokens alone for a text of nothing", () => {
    for (const text of ["", " ", "\n\t "]) {
      expect(tokenizer.encode(text)).toEqual([opening, closing]);
    }
  });

  it.each([
    ["words", "why do ships float ".repeat(6000)],
    ["one word", "x".repeat(100_000)],
    ["one word of Chinese", "水".repeat(100_000)],
  ])("cuts a text of 100,000 characters in %s", (_, text) => {
    const ids = tokenizer.encode(text);
    expect(text.length).toBeGreaterThanOrEqual(100_000);
    expect(ids).toHaveLength(128);
    expect([ids[0], ids.at(-1)]).toEqual([opening, closing]);
    expect(ids.slice(1, -1)).not.toContain(closing);
  });
});

describe("readTokenizer", () => {
  it("cuts to the maximum length and keeps the closing token", () => {
    expect(tiny(6).encode("red green blue red")).toEqual([1, 4, 5, 6, 4, 2]);
    expect(tiny(5).encode("red green blue red")).toEqual([1, 4, 5, 6, 2]);
    expect(tiny(2).encode("red green blue red")).toEqual([1, 2]);
  });

  it("reads words that it does not know as the unknown token", () => {
    expect(tiny(9).encode("red purple")).toEqual([1, 4, 3, 2]);
  });

  it.each([-1, 50, 0.5, NaN])("refuses the padding token %s", (padId) => {
    const options = { file, vocabularySize: 50, maximumLength: 8, padId };
    expect(() => readTokenizer(tinyTokenizer([]), options)).toThrow(
      `tokenizer.json: the padding token has id ${padId}, outside the vocabulary of 50`,
    );
  });
});

describe("bucketLength", () => {
  const lengths = Array.from({ length: 512 }, (_, index) => index + 1);
  const buckets = lengths.map((length) => bucketLength(length, 512));

  it("gives few lengths, each a multiple of 8 that holds the text", () => {
    expect(buckets.every((bucket, index) => bucket >= lengths[index]!)).toBe(true);
    expect(buckets.every((bucket) => bucket % 8 === 0)).toBe(true);
    expect(new Set(buckets).size).toBeLessThan(20);
  });

  it("gives a longer text no smaller bucket, and a bucket to itself", () => {
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.map((bucket) => bucketLength(bucket, 512))).toEqual(buckets);
  });

  it("pads by less than a half above 16 tokens", () => {
    const wasteful = lengths.filter(
      (length) => length > 16 && buckets[length - 1]! >= 1.5 * length,
    );
    expect(wasteful).toEqual([]);
  });

  it("never gives more than the encoder takes", () => {
    expect(bucketLength(9, 10)).toBe(10);
    expect(bucketLength(100, 100)).toBe(100);
    expect(bucketLength(600, 1000)).toBe(600);
  });
});

describe("padBatch", () => {
  const shape = { padId: 9, maximumLength: 32 };
  const repeated = (value: number, count: number) => Array.from({ length: count }, () => value);

  it("pads rows to one bucket and masks the padding", () => {
    const sequences = [[1, 5, 2], repeated(4, 11)];
    const { rows, length, ids, mask } = padBatch(sequences, shape);
    expect([rows, length]).toEqual([2, bucketLength(11, 32)]);
    const padding = [length - 3, length - 11] as const;
    const expectedIds = [1, 5, 2, ...repeated(9, padding[0]), ...repeated(4, 11)];
    expect([...ids]).toEqual([...expectedIds, ...repeated(9, padding[1])]);
    const expectedMask = [1, 1, 1, ...repeated(0, padding[0]), ...repeated(1, 11)];
    expect([...mask]).toEqual([...expectedMask, ...repeated(0, padding[1])]);
  });

  it("fills up with rows of one padding token", () => {
    const { rows, length, ids, mask } = padBatch([[1, 2]], shape, 4);
    expect([rows, ids.length, mask.length]).toEqual([4, 4 * length, 4 * length]);
    expect([...ids.subarray(length)]).toEqual(repeated(9, 3 * length));
    for (const row of [1, 2, 3]) {
      const added = [...mask.subarray(row * length, (row + 1) * length)];
      expect(added).toEqual([1, ...repeated(0, length - 1)]);
    }
  });

  it("gives a text without tokens one padding token, so that its mean exists", () => {
    const { mask } = padBatch([[], [1, 2]], shape);
    expect(mask[0]).toBe(1);
  });

  it("keeps every token of any batch", () => {
    const random = createRandom(7);
    for (let seed = 0; seed < 50; seed++) {
      const sequences = Array.from({ length: 1 + integerBelow(6, random) }, () =>
        Array.from({ length: 1 + integerBelow(32, random) }, () => integerBelow(50, random)),
      );
      const { length, ids, mask } = padBatch(sequences, shape);
      const read = sequences.map((_, row) =>
        [...ids.subarray(row * length, (row + 1) * length)].filter(
          (_, column) => mask[row * length + column] === 1,
        ),
      );
      expect(read).toEqual(sequences);
    }
  });
});
