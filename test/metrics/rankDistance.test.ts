import { describe, expect, test } from "vitest";
import { mean } from "../../src/metrics/mean";
import {
  expectedRankDistance,
  normalisedRankDistance,
  rankDistance,
} from "../../src/metrics/rankDistance";
import { createRandom, permutation } from "../../src/random";

test.each<[number[], number]>([
  [[4], 0],
  [[7, 2], 5],
  [[3, 1, 2], 2],
  [[10, 600, 1], 599],
])("of ranks %j", (ranks, expected) => {
  expect(rankDistance(ranks)).toBe(expected);
});

describe("of random rankings", () => {
  test("2 of 3: the distances 1, 1, 2 of the three possible choices have mean 4/3", () => {
    expect(expectedRankDistance(3, 2)).toBeCloseTo(4 / 3, 12);
  });

  // docs/method.md, section 2.2, from the pools of XQuAD-R and MLQA-R.
  test.each([
    [13_014, 11, 10_846],
    [20_534, 2, 6_845],
    [20_534, 3, 10_268],
    [20_534, 4, 12_321],
  ])("pool of %d, %d relevant: about %d", (poolSize, relevant, expected) => {
    expect(Math.round(expectedRankDistance(poolSize, relevant))).toBe(expected);
  });

  test("a simulation agrees", () => {
    const random = createRandom(1);
    const distances = Array.from({ length: 4000 }, () =>
      rankDistance(
        permutation(50, random)
          .slice(0, 5)
          .map((index) => index + 1),
      ),
    );
    expect(Math.abs(mean(distances) - expectedRankDistance(50, 5))).toBeLessThan(0.6); // 4 errors
  });

  test.each([0, 6])("refuses %d relevant in a pool of 5", (relevant) => {
    expect(() => expectedRankDistance(5, relevant)).toThrow("do not fit a pool of 5");
  });
});

test("normalised: 0 is the least possible, 1 what random rankings give", () => {
  expect(normalisedRankDistance(11, 600, 12)).toBe(0);
  expect(normalisedRankDistance(expectedRankDistance(600, 12), 600, 12)).toBeCloseTo(1, 12);
  expect(normalisedRankDistance(599, 600, 12)).toBeGreaterThan(1);
  expect(normalisedRankDistance(0, 600, 1)).toBe(0); // one relevant passage
  expect(normalisedRankDistance(11, 12, 12)).toBe(0); // all are relevant
});
