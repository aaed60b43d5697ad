import { expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import {
  changeRange,
  changes,
  curves,
  lossRange,
  readout,
  scoreRange,
  spread,
} from "../../../src/ui/charts/curves";
import { emptyLab, startRun, type Run } from "../../../src/ui/state/run";
import { scoresAt } from "../preview/fakeWorker";

function run(scored: number[], losses: number[]): Run {
  return {
    ...startRun(emptyLab, 1, defaultConfig).run!,
    lossSteps: losses.map((_, index) => index + 1),
    losses,
    kinds: losses.map((_, index) => (index % 2 ? "cross-lingual" : "monolingual")),
    evaluations: scored.map((step) => ({ step, scores: scoresAt(step, defaultConfig) })),
  };
}

it("lays two runs over the union of their steps", () => {
  const { steps, present, kept } = curves(run([0, 2], [3, 2]), run([0, 5], [4]), "map");
  expect(steps).toEqual([0, 1, 2, 5]);
  expect(present.losses.monolingual).toEqual([null, 3, null, null]);
  expect(present.losses["cross-lingual"]).toEqual([null, null, 2, null]);
  expect(kept.losses.monolingual).toEqual([null, 4, null, null]);
  expect(present.mono.map((value) => value !== null)).toEqual([true, false, true, false]);
  expect(kept.mono.map((value) => value !== null)).toEqual([true, false, false, true]);
});

it("is empty without a run", () => {
  const none = curves(undefined, undefined, "map");
  expect(none.steps).toEqual([]);
  expect(readout(none, null)).toBeUndefined();
});

it("gives scores air, at least .02, and stays within 0 and 1", () => {
  expect(scoreRange([[null]])).toEqual([0, 1]);
  const [low, high] = scoreRange([[0.5, null, 0.5]]);
  expect([low, high].map((limit) => limit.toFixed(3))).toEqual(["0.490", "0.510"]);
  expect(scoreRange([[0, 1]])).toEqual([0, 1]);
});

it("shows how scores moved, zero always in sight", () => {
  const moved = changes([null, 0.5, null, 0.75]);
  expect(moved).toEqual([null, 0, null, 0.25]);
  expect(changeRange([moved])[0]).toBeLessThan(0);
  expect(changeRange([[]])).toEqual([-0.01, 0.01]);
});

it("ends the loss axis at whole halves", () => {
  expect(lossRange([[2.2, null, 1.3]])).toEqual([1, 2.5]);
  expect(lossRange([[0.05]])).toEqual([0, 0.5]);
  expect(lossRange([[2]])).toEqual([2, 2.5]);
  expect(lossRange([[]])[1]).toBeGreaterThan(0);
});

it("reads the loss at a step and the scores nearest to it", () => {
  const shaped = curves(run([0, 3], [5, 4, 3]), undefined, "map");
  const at = readout(shaped, 1);
  expect(at).toMatchObject({
    step: 1,
    loss: { value: 5, kind: "monolingual" },
    keptLoss: undefined,
    keptScored: undefined,
  });
  expect(at?.scored?.step).toBe(0);
  expect(readout(shaped, null)).toMatchObject({
    step: 3,
    loss: { value: 3 },
    scored: { step: 3 },
  });
});

it("moves labels apart within the limit and keeps their order", () => {
  expect(spread([10, 50], 12, 100)).toEqual([10, 50]);
  expect(spread([50, 48, 52], 12, 100)).toEqual([60, 48, 72]);
  expect(spread([99, 98], 12, 100)).toEqual([100, 88]);
});
