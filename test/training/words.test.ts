import { describe, expect, it } from "vitest";
import { padBatch, type TokenBatch } from "../../src/encoder/tokenizer";
import { createRandom, integerBelow } from "../../src/random";
import { batchWords, type BatchWords } from "../../src/training/words";

const padId = 0;
const padded = (sequences: number[][]): TokenBatch =>
  padBatch(sequences, { padId, maximumLength: 32 });

/** Positions of each distinct row by `order` and `starts`, read without `indices`. */
function segments({ distinct, batches }: BatchWords, side: number): number[][] {
  const { order, starts } = batches[side]!;
  return Array.from(distinct, (_, row) => [...order.subarray(starts[row], starts[row + 1])]);
}

/** Positions of the tokens with this id; padding left out. */
function positionsOf({ ids, mask }: TokenBatch, id: number): number[] {
  return [...ids.keys()].filter((position) => ids[position] === id && mask[position] === 1);
}

describe("batchWords", () => {
  const sides = [
    padded([
      [1, 7, 2],
      [1, 5, 7, 2],
    ]),
    padded([[1, 9, 2]]),
  ];

  it("lists each token of all sides once, then fills up with padding", () => {
    const { distinct } = batchWords(sides, padId);
    expect([...distinct].filter((id) => id !== padId)).toEqual([1, 7, 2, 5, 9]);
    expect([...distinct.subarray(6)].every((id) => id === padId)).toBe(true);
  });

  it("finds each position's row, and each row's positions in rising order; padding trains nowhere", () => {
    const random = createRandom(14);
    for (let round = 0; round < 50; round++) {
      const drawn = () =>
        padded(
          Array.from({ length: 1 + integerBelow(5, random) }, () =>
            Array.from({ length: 1 + integerBelow(20, random) }, () => integerBelow(40, random)),
          ),
        );
      const batches = [drawn(), drawn()];
      const words = batchWords(batches, padId);
      for (const [side, batch] of batches.entries()) {
        const read = [...words.batches[side]!.indices].map((row) => words.distinct[row]);
        expect(read).toEqual([...batch.ids]);
        const found = segments(words, side);
        for (const [row, id] of words.distinct.entries()) {
          expect(found[row]).toEqual(id === padId ? [] : positionsOf(batch, id));
        }
      }
    }
  });

  it("gives batches of different words arrays of the same size", () => {
    const few = batchWords([padded([[1]])], padId);
    const more = batchWords([padded(Array.from({ length: 12 }, (_, id) => [id + 1]))], padId);
    expect(few.distinct).toHaveLength(more.distinct.length);
    expect(few.batches[0]!.starts).toHaveLength(more.batches[0]!.starts.length);
  });

  it("makes room for more words than one size holds", () => {
    const sequences = Array.from({ length: 60 }, (_, row) =>
      Array.from({ length: 32 }, (_, column) => 1 + row * 32 + column),
    );
    const words = batchWords([padded(sequences)], padId);
    expect(words.distinct.length).toBeGreaterThan(60 * 32);
    expect(new Set(words.distinct).size).toBe(60 * 32 + 1);
    expect(segments(words, 0).flat()).toHaveLength(60 * 32);
  });
});
