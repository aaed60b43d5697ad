/** @file What the page knows, as plain data, and how each worker event changes it. */

import type { Scores } from "../../metrics/scores";
import type { RunConfig } from "../../training/config";
import {
  isFinal,
  type BatchPreview,
  type Hit,
  type LabSummary,
  type RunState,
  type SerializedError,
  type WorkerEvent,
} from "../../worker/messages";
import { advance, type TaskProgress } from "./tasks";

/** What kind of batch a step trained on. */
export type BatchKind = BatchPreview["kind"];

export interface Evaluation {
  step: number;
  scores: Scores;
}

export interface AlphaMark {
  step: number;
  alpha: number;
}

/** One training run, from its initial parameters to now. */
export interface Run {
  runId: number;
  config: RunConfig;
  state: RunState;
  /** Updates made so far. */
  step: number;
  /** `losses[i]` is the loss of step `lossSteps[i]`. */
  lossSteps: readonly number[];
  losses: readonly number[];
  /** What kind of batch each of them is of; the kinds' losses lie far apart. */
  kinds: readonly BatchKind[];
  learningRate: number | undefined;
  /** Moving average; undefined before the first step. */
  secondsPerStep: number | undefined;
  evaluations: readonly Evaluation[];
  alphaMarks: readonly AlphaMark[];
  batch: BatchPreview | undefined;
}

export interface SearchResult {
  searchId: number;
  step: number;
  before: readonly Hit[];
  now: readonly Hit[];
}

type FailedEvent = Extract<WorkerEvent, { type: "failed" }>;

export interface Failure {
  scope: FailedEvent["scope"];
  error: SerializedError;
}

export interface LabState {
  lab: LabSummary | undefined;
  tasks: readonly TaskProgress[];
  run: Run | undefined;
  search: SearchResult | undefined;
  failure: Failure | undefined;
}

export const emptyLab: LabState = {
  lab: undefined,
  tasks: [],
  run: undefined,
  search: undefined,
  failure: undefined,
};

/** The state right after a run was asked for, before any event of it. */
export function startRun(lab: LabState, runId: number, config: RunConfig): LabState {
  const run: Run = {
    runId,
    config,
    state: "scoring",
    step: 0,
    lossSteps: [],
    losses: [],
    kinds: [],
    learningRate: undefined,
    secondsPerStep: undefined,
    evaluations: [],
    alphaMarks: [],
    batch: undefined,
  };
  return { ...lab, run, tasks: [], search: undefined, failure: undefined };
}

/** The state after one event; `now` in milliseconds. Events of an earlier run change nothing. */
export function reduce(lab: LabState, event: WorkerEvent, now: number): LabState {
  switch (event.type) {
    case "opened":
      return { ...lab, lab: event.lab };
    case "progress":
      return { ...lab, tasks: advance(lab.tasks, event, now) };
    case "searched": {
      const { searchId, step, before, now: hits } = event;
      return { ...lab, search: { searchId, step, before, now: hits } };
    }
    case "exported":
      // Goes to a file; the page keeps nothing of it.
      return lab;
    case "failed":
      return isOfEarlierRun(lab, event) ? lab : fail(lab, event);
    case "state":
    case "batch":
    case "steps":
    case "evaluated":
    case "alpha-moved":
      if (!lab.run || isOfEarlierRun(lab, event)) return lab;
      return { ...lab, run: reduceRun(lab.run, event) };
    default:
      event satisfies never;
      return lab;
  }
}

/** Whether an event speaks of a run that another has replaced. */
export function isOfEarlierRun({ run }: LabState, event: WorkerEvent): boolean {
  return "runId" in event && event.runId !== run?.runId;
}

type RunEvent = Exclude<
  Extract<WorkerEvent, { runId: number }>,
  FailedEvent | { type: "exported" }
>;

function reduceRun(run: Run, event: RunEvent): Run {
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
        alphaMarks: withStep(run.alphaMarks, { step: event.step, alpha: event.alpha }),
      };
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
  const keep = 0.8 ** losses.length;
  const before = run.secondsPerStep ?? pace;
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

function fail(lab: LabState, { scope, error }: Failure): LabState {
  const failure = { scope, error };
  if (scope === "command") return { ...lab, failure };
  const run = lab.run && { ...lab.run, state: "failed" as const };
  return { ...lab, run, tasks: [], failure };
}

/** A later entry at the same step replaces the earlier one. */
function withStep<T extends { step: number }>(list: readonly T[], entry: T): readonly T[] {
  return [...list.filter(({ step }) => step !== entry.step), entry];
}

/** The step after which the run is scored next. */
export function nextScoredStep({ step, config }: Run): number {
  const { evaluateEvery, steps } = config;
  return Math.min(steps, (Math.floor(step / evaluateEvery) + 1) * evaluateEvery);
}

/** α of the batches from now on. */
export function currentAlpha(run: Run): number {
  return run.alphaMarks.at(-1)?.alpha ?? run.config.alpha;
}

/** Whether a run has to be started anew for `settings` to hold; α moves while a hybrid run goes. */
export function needsReset(run: Run, settings: RunConfig): boolean {
  const follows = settings.sampler !== "hybrid" || !isFinal(run.state);
  const alpha = follows ? settings.alpha : currentAlpha(run);
  return JSON.stringify({ ...run.config, alpha }) !== JSON.stringify(settings);
}
