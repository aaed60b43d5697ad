import { expect, it } from "vitest";
import type { Scores } from "../../../src/metrics/scores";
import { defaultConfig } from "../../../src/training/config";
import { matrixRows } from "../../../src/ui/charts/matrix";
import { scoresAt } from "../preview/fakeWorker";

const scores = (pairs: number[][]): Scores => ({
  ...scoresAt(0, { ...defaultConfig, languages: ["en", "zh"] }),
  pairs,
});
const start = scores([
  [0.8, 0.5],
  [0.4, 0.7],
]);
const now = scores([
  [0.8, 0.7],
  [0.3, 0.71],
]);

it("colours by value, the diagonal apart", () => {
  const [first] = matrixRows(now, start, false);
  expect(first?.language).toBe("en");
  expect(first?.cells.map(({ text, kind, strength }) => [text, kind, strength])).toEqual([
    [".80", "mono", 0.8],
    [".70", "cross", 0.7],
  ]);
});

it("colours changes by their share of the largest", () => {
  const cells = matrixRows(now, start, true).flatMap((row) => row.cells);
  expect(cells.map(({ text, kind }) => `${text} ${kind}`)).toEqual([
    "±.00 rise",
    "+.20 rise",
    "−.10 fall",
    "+.01 rise",
  ]);
  expect(cells.map(({ strength }) => Number(strength.toFixed(2)))).toEqual([0, 1, 0.5, 0.05]);
});
