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
import { reduceRun } from "./reduceRun";
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
  /** Step of the last checkpoint on the disk. */
  savedStep: number | undefined;
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
  /** What happened that a person should know and need not act on; a sentence or two each. */
  notices: readonly string[];
}

export const emptyLab: LabState = {
  lab: undefined,
  tasks: [],
  run: undefined,
  search: undefined,
  failure: undefined,
  notices: [],
};

/** A run before any event of it. */
export function newRun(runId: number, config: RunConfig): Run {
  return {
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
    savedStep: undefined,
  };
}

/** The state right after a run was asked for, before any event of it. */
export function startRun(lab: LabState, runId: number, config: RunConfig): LabState {
  const run = newRun(runId, config);
  return { ...lab, run, tasks: [], search: undefined, failure: undefined, notices: [] };
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
    case "stored-run":
      // Of no run on show: an offer.
      return lab;
    case "unsaved":
    case "recovered":
      if (!lab.run || isOfEarlierRun(lab, event)) return lab;
      return { ...lab, run: reduceRun(lab.run, event), notices: [...lab.notices, event.reason] };
    case "resumed":
    case "saved":
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

function fail(lab: LabState, { scope, error }: Failure): LabState {
  const failure = { scope, error };
  if (scope === "command") return { ...lab, failure };
  const run = lab.run && { ...lab.run, state: "failed" as const };
  return { ...lab, run, tasks: [], failure };
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
