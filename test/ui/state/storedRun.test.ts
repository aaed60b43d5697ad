import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import { emptyLab, reduce, startRun, type LabState } from "../../../src/ui/state/run";
import { ago, storedAsRun, storedLine } from "../../../src/ui/state/storedRun";
import type { StoredRun, WorkerEvent } from "../../../src/worker/messages";
import { scoresAt } from "../preview/fakeWorker";

const scores = scoresAt(0, defaultConfig);

const stored: StoredRun = {
  key: "k",
  config: { ...defaultConfig, steps: 100 },
  step: 3,
  curve: {
    losses: [3, 2, 1],
    kinds: ["monolingual", "cross-lingual", "monolingual"],
    evaluations: [{ step: 0, scores }],
    alphaMarks: [{ step: 1, alpha: 0.25 }],
  },
  savedAt: 0,
  ended: undefined,
  openElsewhere: false,
  problem: "",
};

it("shows a stored run with all it had shown", () => {
  const run = storedAsRun(stored);
  expect(run).toMatchObject({ runId: 0, state: "paused", step: 3, savedStep: 3 });
  expect(run.lossSteps).toEqual([1, 2, 3]);
  expect(run.losses).toEqual([3, 2, 1]);
  expect(run.evaluations).toEqual(stored.curve.evaluations);
  expect(storedAsRun({ ...stored, ended: "stopped" }).state).toBe("stopped");
});

describe("what the page says of a stored run", () => {
  const now = 5 * 60_000;

  it.each<[string, Partial<StoredRun>, RegExp]>([
    [
      "interrupted",
      {},
      /^Your last run \(hybrid, α \.50, seed 1\) was interrupted; step 3 of 100 was saved 5 minutes ago\.$/,
    ],
    ["ended", { ended: "completed" }, /ended at step 3 of 100, saved 5 minutes ago\.$/],
    [
      "open in another tab",
      { openElsewhere: true },
      /Another tab .* this tab then saves no checkpoints/,
    ],
    ["damaged", { problem: "One was damaged." }, / ago\. One was damaged\.$/],
  ])("that is %s", (_, changes, line) => {
    expect(storedLine({ ...stored, ...changes }, now)).toMatch(line);
  });

  it.each([
    [0, "just now"],
    [60_000, "1 minute ago"],
    [59 * 60_000, "59 minutes ago"],
    [2.5 * 3_600_000, "2 hours ago"],
    [49 * 3_600_000, "2 days ago"],
  ])("that was saved %i ms ago", (milliseconds, words) => {
    expect(ago(milliseconds)).toBe(words);
  });
});

describe("a run on the page", () => {
  const runId = 2;
  const after = (...events: WorkerEvent[]): LabState =>
    events.reduce((lab, event) => reduce(lab, event, 0), startRun(emptyLab, runId, stored.config));

  it("begins with the curve that it goes on with", () => {
    const { run } = after({ type: "resumed", runId, step: 3, curve: stored.curve });
    expect(run).toMatchObject({
      step: 3,
      losses: [3, 2, 1],
      alphaMarks: [{ step: 1, alpha: 0.25 }],
    });
  });

  it("loses what came after the step it is taken back to, and says why", () => {
    const lab = after(
      { type: "resumed", runId, step: 3, curve: stored.curve },
      { type: "evaluated", runId, step: 3, scores, seconds: { encode: 0, evaluate: 0 } },
      { type: "alpha-moved", runId, step: 3, alpha: 0.5 },
      { type: "recovered", runId, step: 2, reason: "It was lost." },
    );
    expect(lab.run).toMatchObject({ step: 2, lossSteps: [1, 2], losses: [3, 2] });
    expect(lab.run!.kinds).toHaveLength(2);
    expect(lab.run!.evaluations.map(({ step }) => step)).toEqual([0]);
    // The steps are repeated, and α moves again.
    expect(lab.run!.alphaMarks).toHaveLength(2);
    expect(lab.notices).toEqual(["It was lost."]);
  });

  it("knows what is saved, tells what is not, and forgets notices with the next run", () => {
    const lab = after(
      { type: "saved", runId, step: 20 },
      { type: "unsaved", runId, step: 30, reason: "The disk is full." },
      { type: "unsaved", runId: 1, step: 30, reason: "of an earlier run" },
    );
    expect(lab.run!.savedStep).toBe(20);
    expect(lab.notices).toEqual(["The disk is full."]);
    expect(startRun(lab, 3, stored.config).notices).toEqual([]);
  });
});
