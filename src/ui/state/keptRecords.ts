/** @file Kept runs as records and back: what is written, and what is believed when it is read. Pure. */

import type { Scores, SettingScores } from "../../metrics/scores";
import type { RunConfig } from "../../training/config";
import type { AlphaMark, BatchKind, Evaluation, Run } from "./run";
import { isConfig } from "./settings";
import { metricNames, settings, type Metric } from "./words";

/** A run that a person set aside for comparison. */
export interface KeptRun {
  /** Its own, since numbers of runs begin anew with each visit. */
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  keptAt: number;
  run: Run;
}

/** Older runs are dropped beyond this number. */
export const mostKept = 8;

/** Raised when the fields change their meaning; records of another version are skipped. */
const recordVersion = 1;

/** A kept run as plain JSON. */
export interface RunRecord {
  version: number;
  id: string;
  name: string;
  keptAt: number;
  config: RunConfig;
  state: "completed" | "stopped";
  step: number;
  curve: { step: number; loss: number; kind: BatchKind }[];
  evaluations: readonly Evaluation[];
  alphaMarks: readonly AlphaMark[];
}

export function toRecord({ id, name, keptAt, run }: KeptRun): RunRecord {
  const curve = run.lossSteps
    .map((step, index) => ({ step, loss: run.losses[index]!, kind: run.kinds[index]! }))
    .filter(({ loss }) => Number.isFinite(loss));
  const { config, step, evaluations, alphaMarks } = run;
  // A reload ends a run, wherever it stood.
  const state = run.state === "completed" ? "completed" : "stopped";
  return {
    version: recordVersion,
    id,
    name,
    keptAt,
    config,
    state,
    step,
    curve,
    evaluations,
    alphaMarks,
  };
}

/** @throws {TypeError} which names what a record lacks that this page could show. */
export function fromRecord(value: unknown): KeptRun {
  const record = checkedRecord(value);
  const { id, name, keptAt, config, state, step, curve, evaluations, alphaMarks } = record;
  const run: Run = {
    // Runs of this visit count from 1.
    runId: 0,
    config,
    state,
    step,
    lossSteps: curve.map(({ step }) => step),
    losses: curve.map(({ loss }) => loss),
    kinds: curve.map(({ kind }) => kind),
    learningRate: undefined,
    secondsPerStep: undefined,
    evaluations,
    alphaMarks,
    batch: undefined,
    savedStep: undefined,
  };
  return { id, name, keptAt, run };
}

function checkedRecord(value: unknown): RunRecord {
  if (!isObject(value)) throw new TypeError("it is no object");
  if (value["version"] !== recordVersion) {
    throw new TypeError(`its version is ${String(value["version"])}, not ${recordVersion}`);
  }
  const fields = Object.keys(checks) as (keyof typeof checks)[];
  const wrong = fields.find((field) => !checks[field](value[field]));
  if (wrong) throw new TypeError(`its ${wrong} cannot be read`);
  const record = value as unknown as RunRecord;
  const fits = record.evaluations.every(({ scores }) => isOf(scores, record.config));
  if (!fits) throw new TypeError("its scores are not those of its languages");
  return record;
}

type Check = (value: unknown) => boolean;

const checks: Record<Exclude<keyof RunRecord, "version">, Check> = {
  id: isText,
  name: isText,
  keptAt: isNumber,
  config: isConfig,
  state: (value) => value === "completed" || value === "stopped",
  step: isStep,
  curve: listOf(isPointOfCurve),
  evaluations: (value) => listOf(isEvaluation)(value) && (value as unknown[]).length > 0,
  alphaMarks: listOf(isAlphaMark),
};

/** Typed, so that a new kind of batch must be named here. */
const kinds: Record<BatchKind, true> = {
  monolingual: true,
  "cross-lingual": true,
  "same-language rows": true,
};

function isPointOfCurve(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { step, loss, kind } = value;
  return isStep(step) && isNumber(loss) && isText(kind) && Object.hasOwn(kinds, kind);
}

function isAlphaMark(value: unknown): boolean {
  return isObject(value) && isStep(value["step"]) && isNumber(value["alpha"]);
}

function isEvaluation(value: unknown): boolean {
  return isObject(value) && isStep(value["step"]) && isScores(value["scores"]);
}

function isScores(value: unknown): boolean {
  if (!isObject(value) || !isObject(value["bias"])) return false;
  const { bias, languages, pairs } = value;
  return (
    settings.every((setting) => isSettingScores(value[setting])) &&
    ["rankDistance", "normalised", "median"].every((name) => isNumber(bias[name])) &&
    listOf(isText)(languages) &&
    listOf(listOf(isNumber))(pairs)
  );
}

function isSettingScores(value: unknown): value is SettingScores {
  return isObject(value) && (Object.keys(metricNames) as Metric[]).every((m) => isNumber(value[m]));
}

function isOf({ languages, pairs }: Scores, config: RunConfig): boolean {
  const { length } = config.languages;
  return (
    languages.length === length &&
    pairs.length === length &&
    pairs.every((row) => row.length === length)
  );
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isStep(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
