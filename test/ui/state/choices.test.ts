import { expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import {
  batchSizes,
  chunkLabel,
  chunkSizes,
  learningRates,
  scoringIntervals,
  stepCounts,
  temperatures,
  withCurrent,
} from "../../../src/ui/state/choices";

it("adds a value that only a link gives, in order", () => {
  expect(withCurrent([1, 3], 2)).toEqual([1, 2, 3]);
  expect(withCurrent([1, 3], 3)).toEqual([1, 3]);
});

it("says what a chunk is", () => {
  expect(chunkSizes.slice(0, 2).map(chunkLabel)).toEqual(["all", "8"]);
});

it("offers the defaults", () => {
  expect(learningRates).toContain(defaultConfig.learningRate);
  expect(temperatures).toContain(defaultConfig.temperature);
  expect(batchSizes).toContain(defaultConfig.batchSize);
  expect(chunkSizes).toContain(defaultConfig.chunkSize);
  expect(stepCounts).toContain(defaultConfig.steps);
  expect(scoringIntervals).toContain(defaultConfig.evaluateEvery);
});
