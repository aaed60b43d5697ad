import { describe, expect, test } from "vitest";
import { metricNames, metrics } from "../../src/metrics";
import { averagePrecision } from "../../src/metrics/averagePrecision";
import { mean } from "../../src/metrics/mean";
import { median } from "../../src/metrics/median";
import { ndcgAt } from "../../src/metrics/ndcg";
import { rankOf } from "../../src/metrics/ranks";
import { recallAt } from "../../src/metrics/recall";
import { reciprocalRank } from "../../src/metrics/reciprocalRank";
import reference from "../reference/metrics.json";

const { log2 } = Math;

test.each<[number[], number]>([
  [[1], 1],
  [[4], 1 / 4],
  [[1, 3], (1 / 1 + 2 / 3) / 2],
  [[3, 1], (1 / 1 + 2 / 3) / 2], // in any order
  [[2, 4, 10], (1 / 2 + 2 / 4 + 3 / 10) / 3],
  [[1, 2, 3], 1],
])("average precision of ranks %j", (ranks, expected) => {
  expect(averagePrecision(ranks)).toBeCloseTo(expected, 12);
});

test.each<[number, number[], number]>([
  [1, [1], 1],
  [1, [2], 0],
  [1, [1, 2], 1 / 2],
  [5, [5], 1],
  [5, [6], 0],
  [5, [9, 2, 5, 6], 2 / 4],
  [10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 10 / 11], // the ceiling with 11 languages
])("recall@%d of ranks %j", (k, ranks, expected) => {
  expect(recallAt(k)(ranks)).toBeCloseTo(expected, 12);
});

test.each<[number[], number]>([
  [[1], 1],
  [[5], 1 / 5],
  [[7, 2, 9], 1 / 2],
])("reciprocal rank of ranks %j", (ranks, expected) => {
  expect(reciprocalRank(ranks)).toBeCloseTo(expected, 12);
});

test.each<[number, number[], number]>([
  [10, [1], 1],
  [10, [3], 1 / log2(4)],
  [10, [11], 0],
  [10, [1, 2, 3], 1],
  [10, [3, 12], 1 / log2(4) / (1 + 1 / log2(3))],
  [2, [1, 2, 3], 1], // the ideal is cut at k, too
  [2, [2, 3, 4], 1 / log2(3) / (1 + 1 / log2(3))],
])("nDCG@%d of ranks %j", (k, ranks, expected) => {
  expect(ndcgAt(k)(ranks)).toBeCloseTo(expected, 12);
});

describe("every metric", () => {
  test.each(metricNames)(
    "%s is 1 for a perfect ranking of one and near 0 for a bad one",
    (name) => {
      const { metric } = metrics[name];
      expect(metric([1])).toBe(1);
      expect(metric([1000])).toBeLessThan(0.01);
      expect(metric(Int32Array.of(1))).toBe(1);
    },
  );

  test.each(metricNames)("%s refuses ranks that cannot be", (name) => {
    const { metric } = metrics[name];
    expect(() => metric([])).toThrow("at least 1 relevant passage, got 0");
    for (const ranks of [[0], [1.5], [NaN], [2, 2], [-1]]) {
      expect(() => metric(ranks)).toThrow(
        `ranks are different integers from 1 on, got ${ranks.join(", ")}`,
      );
    }
  });

  test.each([0, -1, 1.5, NaN])("recall and nDCG refuse k = %d", (k) => {
    expect(() => recallAt(k)).toThrow(`recall@k needs an integer k from 1 on, got ${k}`);
    expect(() => ndcgAt(k)).toThrow(`nDCG@k needs an integer k from 1 on, got ${k}`);
  });
});

describe("rankOf", () => {
  const similarities = [0.3, 0.9, 0.3, -0.5, 0.3, 0];

  test.each([
    [1, 1], // the highest
    [0, 2], // equal ones rank in the order they come
    [2, 3],
    [4, 4],
    [5, 5],
    [3, 6], // the lowest
  ])("passage %d has rank %d", (passage, rank) => {
    expect(rankOf(similarities, passage)).toBe(rank);
    expect(rankOf(Float32Array.from(similarities), passage)).toBe(rank);
  });

  test("zero and minus zero are equal", () => {
    expect([rankOf([-0, 0], 0), rankOf([-0, 0], 1)]).toEqual([1, 2]);
  });

  test("a NaN anywhere is an error, not a good rank", () => {
    for (const passage of [0, 1, 2]) {
      expect(() => rankOf([0.1, NaN, 0.2], passage)).toThrow(
        "the similarity of passage 1 is NaN; the encoder has diverged",
      );
    }
  });

  test("refuses a passage that is not there", () => {
    expect(() => rankOf([0.1, 0.2], 2)).toThrow("passage 2 is not in 0 … 1");
  });
});

describe("agrees with pytrec_eval and ranx (test/reference/metrics.py)", () => {
  test.each(metricNames)("%s", (name) => {
    for (const { similarities, relevant, pytrec_eval, ranx } of reference.queries) {
      const score = metrics[name].metric(relevant.map((passage) => rankOf(similarities, passage)));
      expect(score).toBeCloseTo(pytrec_eval[name], 12);
      expect(score).toBeCloseTo(ranx[name], 12);
    }
  });
});

test("mean and median", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(median([9, 1, 2])).toBe(2);
  expect(median([10, 9, 1, 2])).toBe(5.5);
  expect(() => mean([])).toThrow("the mean of 0 values is not defined");
  expect(() => median([])).toThrow("the median of 0 values is not defined");
});
