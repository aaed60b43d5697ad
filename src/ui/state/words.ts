/** @file Numbers and states in words: what the panels print. */

import type { SettingScores } from "../../metrics/scores";
import type { RunConfig } from "../../training/config";
import { isFinal, type Environment, type Task } from "../../worker/messages";
import type { BatchKind, Failure, LabState, Run } from "./run";

export type Metric = keyof SettingScores;

export const metricNames: Record<Metric, string> = {
  map: "mAP",
  recall1: "R@1",
  recall5: "R@5",
  recall10: "R@10",
  mrr: "MRR",
  ndcg10: "nDCG@10",
};

export const settings = ["mono", "cross", "multi"] as const;
export type Setting = (typeof settings)[number];

export const settingNames: Record<Setting, string> = {
  mono: "Monolingual",
  cross: "Cross-lingual",
  multi: "Multilingual",
};

/** Short name of a kind of batch, and the CSS custom property of its colour. */
export const kindNames: Record<BatchKind, { short: string; color: string }> = {
  monolingual: { short: "mono", color: "--mono" },
  "cross-lingual": { short: "cross", color: "--cross" },
  "same-language rows": { short: "same", color: "--dim" },
};

export const batchKinds = Object.keys(kindNames) as BatchKind[];

/** The mean loss of the last ten batches of each kind there was. */
export function lossMeans({ losses, kinds }: Pick<Run, "losses" | "kinds">) {
  return batchKinds.flatMap((kind) => {
    const recent = losses.filter((_, index) => kinds[index] === kind).slice(-10);
    const mean = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
    return recent.length > 0 ? [{ kind, count: recent.length, mean }] : [];
  });
}

/** A number in [0, 1] without its leading zero: `.842`. */
export function fraction(value: number, digits = 3): string {
  return value
    .toFixed(digits)
    .replace(/^(-?)0\./, "$1.")
    .replace("-", "−");
}

/** A difference with its sign: `+.187`, `−.006`, `±.000`. */
export function difference(value: number, digits = 3): string {
  const size = fraction(Math.abs(value), digits);
  if (Number(Math.abs(value).toFixed(digits)) === 0) return `±${size}`;
  return (value > 0 ? "+" : "−") + size;
}

/** A small number as one writes it in a recipe: `3e-4`, `0.05`. */
export function setting(value: number): string {
  return value !== 0 && Math.abs(value) < 0.005 ? value.toExponential() : String(value);
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** A duration that a person waits: `0.4 s`, `8 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** How fast steps go: `3.1 steps/s`, `20 steps/s`, or `21 s per step`. */
export function pace(secondsPerStep: number): string {
  if (secondsPerStep > 2) return `${duration(secondsPerStep)} per step`;
  return `${(1 / secondsPerStep).toFixed(secondsPerStep > 0.1 ? 1 : 0)} steps/s`;
}

/** How a run makes its batches: `hybrid, α .50`. */
export function batching({ sampler, alpha }: Pick<RunConfig, "sampler" | "alpha">): string {
  switch (sampler) {
    case "hybrid":
      return `hybrid, α ${fraction(alpha, 2)}`;
    case "x-x-mono":
      return "monolingual only";
    case "x-y":
      return "cross-lingual only";
    case "x-x":
      return "same-language rows";
  }
}

/** The same for a run whose α may have moved: `hybrid, α .50 → .60`. */
export function batchingSoFar({ config, alphaMarks }: Run): string {
  const moves = alphaMarks.map(({ alpha }) => ` → ${fraction(alpha, 2)}`);
  return batching(config) + (moves.length > 3 ? [" …", ...moves.slice(-2)] : moves).join("");
}

/** What besides batches and seed tells `config` from `other`, in a few words. */
export function distinction(config: RunConfig, other: RunConfig): string {
  const parts: string[] = [];
  if (config.learningRate !== other.learningRate) parts.push(`lr ${setting(config.learningRate)}`);
  if (config.batchSize !== other.batchSize) parts.push(`batch ${config.batchSize}`);
  if (config.temperature !== other.temperature) parts.push(`τ ${setting(config.temperature)}`);
  if (config.languages.join() !== other.languages.join()) parts.push("scored on other languages");
  return parts.join(", ");
}

const engines: Record<Environment["backend"], string> = {
  webgpu: "WebGPU",
  wasm: "WASM",
  cpu: "CPU, slow",
};

/** What the engine runs on, and why not on something faster. */
export function environmentLine({ backend, adapter, reason }: Environment): string {
  return [engines[backend], adapter, reason].filter(Boolean).join(" · ");
}

const taskNames: Record<Task, string> = {
  "download encoder": "Downloading the encoder",
  "download corpus": "Downloading the corpus",
  "start backend": "Starting the engine",
  tokenize: "Tokenizing",
  "encode passages": "Encoding passages",
  "encode queries": "Encoding queries",
  rank: "Ranking",
};

const byteTasks: readonly Task[] = ["download encoder", "download corpus"];

/** Name and count of a task; downloads count bytes. */
export function taskLine({
  task,
  done,
  total,
}: {
  task: Task;
  done: number;
  total: number;
}): string {
  if (total <= 1) return taskNames[task];
  const inBytes = byteTasks.includes(task) && total > 10_000;
  const amounts = inBytes
    ? `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`
    : `${count(done)} of ${count(total)}`;
  return `${taskNames[task]}, ${amounts}`;
}

/** Where a run stands and what a person can do now. */
export function runLine({ run, failure }: Pick<LabState, "run" | "failure">): string {
  if (failure?.scope === "lab") return "Not running.";
  if (!run) return "Opening: encoder and corpus are loaded into this tab.";
  switch (run.state) {
    case "scoring":
      return run.step === 0 ? "Scoring the encoder as it is, before training." : "Scoring.";
    case "ready":
      return "Ready. Press Train and watch the scores.";
    case "running":
      return "Training.";
    case "paused":
      return "Paused.";
    case "completed":
      return `Completed after ${count(run.step)} steps. Reset starts again.`;
    case "stopped":
      return `Stopped at step ${count(run.step)}. Reset starts again.`;
    case "failed":
      return "This run ended with an error. Reset starts again.";
  }
}

/** What a person can do about a failure. */
export function advice({ scope, error }: Failure): string {
  if (scope === "lab") {
    return "Reload the page; if it fails again, add ?backend=wasm or ?backend=cpu to the address.";
  }
  if (scope === "command") return "Nothing is lost; the run goes on as before.";
  return /memory|lost/i.test(`${error.name} ${error.message}`)
    ? "Press Reset to start again with a smaller batch; if it fails again, reload the page."
    : "Press Reset to start again.";
}

/** One sentence for a screen reader when new scores are there. */
export function announcement(run: Run, metric: Metric): string {
  const latest = run.evaluations.at(-1);
  if (!latest) return "";
  const values = settings.map(
    (name) => `${settingNames[name].toLowerCase()} ${latest.scores[name][metric].toFixed(2)}`,
  );
  const end = isFinal(run.state) ? ` The run has ${run.state}.` : "";
  return `Step ${latest.step}: ${metricNames[metric]} ${values.join(", ")}.${end}`;
}
