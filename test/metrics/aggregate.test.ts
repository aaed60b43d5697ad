import { describe, expect, test } from "vitest";
import { aggregate, type QueryRanks } from "../../src/metrics/aggregate";
import { expectedRankDistance } from "../../src/metrics/rankDistance";

// Two languages; English has three queries and German one, so that a mean over
// queries differs from a mean over languages. Pools of 4 passages a language.
const ranks: QueryRanks = {
  languages: ["en", "de"],
  queryLanguages: Uint8Array.of(0, 0, 1, 0),
  // prettier-ignore
  monoCrossRanks: Int32Array.of(
    1, 2, // en query: rank 1 in English, 2 in German
    1, 1,
    4, 2, // de query: rank 4 in English, 2 in German
    4, 4,
  ),
  // prettier-ignore
  multiRanks: Int32Array.of(
    1, 3,
    1, 2,
    8, 4, // the de query
    2, 7,
  ),
  poolSize: 8,
};

describe("a table of two languages", () => {
  const scores = aggregate(ranks);

  test("pairs: mean average precision of query language × passage language", () => {
    expect(scores.languages).toEqual(["en", "de"]);
    expect(scores.pairs).toEqual([
      [(1 + 1 + 1 / 4) / 3, (1 / 2 + 1 + 1 / 4) / 3],
      [1 / 4, 1 / 2],
    ]);
  });

  test("mono: mean over languages", () => {
    expect(scores.mono.map).toBeCloseTo((2.25 / 3 + 1 / 2) / 2, 12);
    expect(scores.mono.mrr).toBe(scores.mono.map);
    expect(scores.mono.recall1).toBeCloseTo((2 / 3 + 0) / 2, 12);
    expect(scores.mono.recall5).toBe(1);
  });

  test("cross: mean over ordered pairs of different languages", () => {
    expect(scores.cross.map).toBeCloseTo((1.75 / 3 + 1 / 4) / 2, 12);
    expect(scores.cross.recall1).toBeCloseTo((1 / 3 + 0) / 2, 12);
  });

  test("multi: both translations are relevant", () => {
    const [first, second, german, fourth] = [
      (1 + 2 / 3) / 2,
      (1 + 2 / 2) / 2,
      (1 / 4 + 2 / 8) / 2,
      (1 / 2 + 2 / 7) / 2,
    ] as const;
    expect(scores.multi.map).toBeCloseTo(((first + second + fourth) / 3 + german) / 2, 12);
    expect(scores.multi.mrr).toBeCloseTo(((1 + 1 + 1 / 2) / 3 + 1 / 4) / 2, 12);
    expect(scores.multi.recall1).toBeCloseTo((1 / 3 + 0) / 2, 12); // half of two, twice of three
    expect(scores.multi.recall5).toBeCloseTo(((1 + 1 + 1 / 2) / 3 + 1 / 2) / 2, 12);
  });

  test("bias: distances 2, 1, 5 in English and 4 in German", () => {
    const distance = (8 / 3 + 4) / 2;
    expect(scores.bias.rankDistance).toBeCloseTo(distance, 12);
    expect(scores.bias.median).toBe(3); // of 1, 2, 4, 5
    expect(scores.bias.normalised).toBeCloseTo(
      (distance - 1) / (expectedRankDistance(8, 2) - 1),
      12,
    );
  });
});

test("perfect rankings score 1 everywhere and show no bias", () => {
  const scores = aggregate({
    languages: ["en", "de", "zh"],
    queryLanguages: [2, 1, 0],
    monoCrossRanks: new Int32Array(9).fill(1),
    multiRanks: Int32Array.of(1, 2, 3, 3, 1, 2, 2, 3, 1),
    poolSize: 12,
  });
  for (const setting of [scores.mono, scores.cross]) {
    expect(setting).toEqual({ map: 1, recall1: 1, recall5: 1, recall10: 1, mrr: 1, ndcg10: 1 });
  }
  expect(scores.multi).toMatchObject({ map: 1, recall5: 1, mrr: 1, ndcg10: 1 });
  expect(scores.multi.recall1).toBeCloseTo(1 / 3, 12);
  expect(scores.bias).toEqual({ rankDistance: 2, normalised: 0, median: 2 });
});

test.each<[string, Partial<QueryRanks>, string]>([
  ["one language", { languages: ["en"] }, "need at least 2 languages, got 1"],
  [
    "too few ranks",
    { multiRanks: new Int32Array(6) },
    "4 queries × 2 languages are 8 ranks, got 8 and 6",
  ],
  [
    "an unknown language",
    { queryLanguages: [0, 0, 1, 2] },
    "query 3 is in language 2, not in 0 … 1",
  ],
  ["a language without queries", { queryLanguages: [0, 0, 0, 0] }, "no query is in language de"],
  ["a rank of 0", { multiRanks: new Int32Array(8) }, "different integers from 1 on, got 0, 0"],
])("refuses %s", (_, change, message) => {
  expect(() => aggregate({ ...ranks, ...change })).toThrow(message);
});
