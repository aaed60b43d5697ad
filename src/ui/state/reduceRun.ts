/** @file How one worker event changes a run. Pure. */

import type { StoredRun, WorkerEvent } from "../../worker/messages";
import type { Run } from "./run";

/** What the worker tells of a run that goes on. */
type RunEvent = Exclude<Extract<WorkerEvent, { runId: number }>, { type: "failed" | "exported" }>;

export function reduceRun(run: Run, event: RunEvent): Run {
  switch (event.type) {
    case "state":
      return { ...run, state: event.state, step: event.step };
    case "batch":
      return { ...run, batch: event.batch };
    case "steps":
      return reduceSteps(run, event);
    case "evaluated":
      return {
        ...run,
        evaluations: withStep(run.evaluations, { step: event.step, scores: event.scores }),
      };
    case "alpha-moved":
      return {
        ...run,
        alphaMarks: [
          ...run.alphaMarks.filter(({ step }) => step < event.step),
          { step: event.step, alpha: event.alpha },
        ],
      };
    case "resumed":
      return withCurve(run, event);
    case "saved":
      return { ...run, savedStep: event.step };
    case "unsaved":
      return run;
    case "recovered":
      return upTo(run, event.step);
    default:
      event satisfies never;
      return run;
  }
}

function reduceSteps(run: Run, event: Extract<WorkerEvent, { type: "steps" }>): Run {
  const { firstStep, losses, kinds, learningRate, seconds } = event;
  if (losses.length === 0) return run;
  const pace = seconds / losses.length;
  // A long report counts for more; the first steps compile shaders and are soon forgotten.
  const before = run.secondsPerStep ?? pace;
  const keep = isSleep(pace, before) ? 1 : 0.8 ** losses.length;
  return {
    ...run,
    step: firstStep + losses.length - 1,
    lossSteps: [...run.lossSteps, ...Array.from(losses, (_, index) => firstStep + index)],
    losses: [...run.losses, ...losses],
    kinds: [...run.kinds, ...kinds],
    learningRate,
    secondsPerStep: keep * before + (1 - keep) * pace,
  };
}

/** Whether steps lasted so long because the laptop was shut: some clocks go on meanwhile. */
function isSleep(pace: number, before: number): boolean {
  return pace > 60 && pace > 100 * before;
}

/** A later entry at the same step replaces the earlier one. */
function withStep<T extends { step: number }>(list: readonly T[], entry: T): readonly T[] {
  return [...list.filter(({ step }) => step !== entry.step), entry];
}

/** The run with all it had shown by a checkpoint. */
export function withCurve(
  run: Run,
  { step, curve }: { step: number; curve: StoredRun["curve"] },
): Run {
  const { losses, kinds, evaluations, alphaMarks } = curve;
  const lossSteps = losses.map((_, index) => index + 1);
  return { ...run, step, lossSteps, losses, kinds, evaluations, alphaMarks, savedStep: step };
}

/** The run as it was after `step` steps. α moved later stays: the steps are repeated with it. */
function upTo(run: Run, step: number): Run {
  const count = run.lossSteps.filter((other) => other <= step).length;
  return {
    ...run,
    step,
    lossSteps: run.lossSteps.slice(0, count),
    losses: run.losses.slice(0, count),
    kinds: run.kinds.slice(0, count),
    evaluations: run.evaluations.filter((evaluation) => evaluation.step <= step),
  };
}
