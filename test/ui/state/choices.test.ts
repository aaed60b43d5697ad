import { expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import {
  batchSizes,
  chunkLabel,
  chunkSizes,
  learningRates,
  partKey,
  partLabel,
  partOf,
  scoringIntervals,
  stepCounts,
  temperatures,
  trainedParts,
  withCurrent,
} from "../../../src/ui/state/choices";

it("adds a value that only a link gives, in order", () => {
  expect(withCurrent([1, 3], 2)).toEqual([1, 2, 3]);
  expect(withCurrent([1, 3], 3)).toEqual([1, 3]);
});

it("names trained parts both ways", () => {
  for (const part of trainedParts(2, { part: "all" })) expect(partOf(partKey(part))).toEqual(part);
  expect(partOf("last0")).toBeUndefined();
  expect(partOf("")).toBeUndefined();
});

it("offers the layers there are, and the current part", () => {
  const labels = trainedParts(2, { part: "last-layers", layers: 4 }).map(partLabel);
  expect(labels).toEqual([
    "all parameters",
    "the last 2 layers",
    "the last layer",
    "a projection on top",
    "the last 4 layers",
  ]);
});

it("says what a chunk is", () => {
  expect(chunkSizes.slice(0, 2).map(chunkLabel)).toEqual([
    "all texts at once",
    "8 texts at a time",
  ]);
});

it("offers the defaults", () => {
  expect(learningRates).toContain(defaultConfig.learningRate);
  expect(temperatures).toContain(defaultConfig.temperature);
  expect(batchSizes).toContain(defaultConfig.batchSize);
  expect(chunkSizes).toContain(defaultConfig.chunkSize);
  expect(stepCounts).toContain(defaultConfig.steps);
  expect(scoringIntervals).toContain(defaultConfig.evaluateEvery);
});
