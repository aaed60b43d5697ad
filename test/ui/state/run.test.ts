import { describe, expect, it } from "vitest";
import { defaultConfig, type RunConfig } from "../../../src/training/config";
import {
  currentAlpha,
  emptyLab,
  needsReset,
  nextScoredStep,
  reduce,
  startRun,
  type LabState,
  type Run,
} from "../../../src/ui/state/run";
import { reduceRun } from "../../../src/ui/state/reduceRun";
import type { WorkerEvent } from "../../../src/worker/messages";
import { FakeWorker, summary } from "../preview/fakeWorker";

const config: RunConfig = { ...defaultConfig, steps: 50, evaluateEvery: 20 };

/** Replays what a worker said, one event a millisecond. */
function replay(events: readonly WorkerEvent[], from: LabState): LabState {
  return events.reduce((lab, event, index) => reduce(lab, event, index), from);
}

/** The events of a whole run. */
function recorded(): WorkerEvent[] {
  const events: WorkerEvent[] = [];
  const worker = new FakeWorker((event) => events.push(event), 0);
  worker.send({ type: "open", encoderUrl: "", corpusUrl: "", backend: "auto" });
  worker.send({ type: "configure", runId: 1, config });
  worker.send({ type: "step" });
  worker.send({ type: "set-alpha", alpha: 0.8 });
  worker.send({ type: "play" });
  worker.send({ type: "search", searchId: 1, text: "?", limit: 3 });
  return events;
}

function runOf(lab: LabState): Run {
  if (!lab.run) throw new Error("no run");
  return lab.run;
}

describe("reduce", () => {
  const lab = replay(recorded(), startRun(emptyLab, 1, config));
  const run = runOf(lab);

  it("replays a recorded run to its final state", () => {
    expect(lab.lab).toEqual(summary);
    expect(lab.tasks).toEqual([]);
    expect(lab.failure).toBeUndefined();
    expect(run.state).toBe("completed");
    expect(run.step).toBe(50);
    expect(run.lossSteps).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(run.losses).toHaveLength(50);
    expect(run.kinds).toHaveLength(50);
    expect(new Set(run.kinds)).toEqual(new Set(["monolingual", "cross-lingual"]));
    expect(run.losses.every(Number.isFinite)).toBe(true);
    expect(run.secondsPerStep).toBeCloseTo(0.32);
    expect(run.evaluations.map(({ step }) => step)).toEqual([0, 20, 40, 50]);
    expect(run.alphaMarks).toEqual([{ step: 1, alpha: 0.8 }]);
    expect(run.batch?.size).toBe(32);
    expect(lab.search?.step).toBe(50);
    expect(lab.search?.now.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  });

  it("keeps its pace over a night that a laptop was shut, and follows a real change", () => {
    const after = (seconds: number): number =>
      reduceRun(run, {
        type: "steps",
        runId: run.runId,
        firstStep: run.step + 1,
        losses: new Float32Array([1]),
        kinds: ["monolingual"],
        learningRate: 1e-4,
        seconds,
      }).secondsPerStep!;
    expect(after(8 * 3600)).toBeCloseTo(0.32);
    expect(after(1.32)).toBeCloseTo(0.32 + 0.2);
  });

  it("changes nothing in the state it was given", () => {
    const before = structuredClone(lab);
    reduce(lab, { type: "state", runId: 1, state: "paused", step: 7 }, 0);
    reduce(lab, { type: "alpha-moved", runId: 1, step: 7, alpha: 0 }, 0);
    expect(lab).toEqual(before);
  });

  it("leaves out events of an earlier run", () => {
    const next = startRun(lab, 2, config);
    expect(
      replay(
        recorded().filter((event) => "runId" in event),
        next,
      ),
    ).toEqual(next);
  });

  it("has one α mark a step, the last", () => {
    const moved = [0.1, 0.2].reduce(
      (state, alpha) => reduce(state, { type: "alpha-moved", runId: 1, step: 50, alpha }, 0),
      lab,
    );
    expect(runOf(moved).alphaMarks.slice(1)).toEqual([{ step: 50, alpha: 0.2 }]);
    expect(currentAlpha(runOf(moved))).toBe(0.2);
  });

  it("ends the run when the run fails, and only then", () => {
    const error = { name: "RangeError", message: "no" };
    const refused = reduce(lab, { type: "failed", scope: "command", error }, 0);
    expect(refused.run).toBe(lab.run);
    expect(refused.failure?.error).toBe(error);
    const ended = reduce(lab, { type: "failed", scope: "run", runId: 1, error }, 0);
    expect(runOf(ended).state).toBe("failed");
    const next = startRun(ended, 2, config);
    expect(next.failure).toBeUndefined();
    expect(reduce(next, { type: "failed", scope: "run", runId: 1, error }, 0)).toBe(next);
  });
});

describe("a run", () => {
  const fresh = runOf(startRun(emptyLab, 1, config));

  it.each([
    [0, 20],
    [19, 20],
    [20, 40],
    [41, 50],
  ])("at step %i is scored next at step %i", (step, next) => {
    expect(nextScoredStep({ ...fresh, step })).toBe(next);
  });

  it("needs a reset for other settings, and for α only when it is over", () => {
    const running: Run = { ...fresh, state: "running", step: 5 };
    expect(needsReset(running, config)).toBe(false);
    expect(needsReset(running, { ...config, alpha: 0.9 })).toBe(false);
    expect(needsReset(running, { ...config, seed: 9 })).toBe(true);
    expect(needsReset({ ...running, state: "completed" }, { ...config, alpha: 0.9 })).toBe(true);
  });
});
