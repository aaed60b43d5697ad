/** @file The protocol between the page and the training worker: types, and the little that follows from them. */

import type { Language } from "../data/dataset";
import type { Scores } from "../metrics/scores";
import type { Batch } from "../sampling/sampler";
import type { Ending } from "../training/checkpoint";
import type { BackendChoice, RunConfig } from "../training/config";
import type { Curve } from "../training/curve";

/** What the page asks of the worker. Commands are carried out in order, between two steps. */
export type Command =
  /** Loads encoder and corpus; must come first, once. URLs end in a slash. */
  | {
      type: "open";
      encoderUrl: string;
      corpusUrl: string;
      backend: BackendChoice;
      /** False where no run is to survive a reload; true if not given. */
      keepsCheckpoints?: boolean;
    }
  /** Starts a new run from the initial parameters and scores it at step 0; ends the run before it. */
  | { type: "configure"; runId: number; config: RunConfig }
  /** Trains on with a stored run from its last checkpoint, or shows one that had ended; ends the run before it. */
  | { type: "resume"; runId: number; key: string }
  /** Drops the checkpoints of a stored run. */
  | { type: "forget"; key: string }
  | { type: "play" }
  | { type: "pause" }
  /** One update, then pause. */
  | { type: "step" }
  /** Ends the run early: it is scored and cannot be continued. */
  | { type: "stop" }
  /** Takes effect from the next batch on. */
  | { type: "set-alpha"; alpha: number }
  /** Ranks the scored passages for a text, before training and now. A newer search replaces an older one. */
  | { type: "search"; searchId: number; text: string; limit: number }
  /** Asks for what the run has trained, as it is now. */
  | { type: "export"; part: ExportedPart };

/** The encoder whole, adapters merged into it, or a LoRA run's adapters alone. */
export type ExportedPart = "model" | "adapters";

/** A run of an earlier visit, or of another tab, that can be gone on with. */
export interface StoredRun {
  key: string;
  config: RunConfig;
  step: number;
  curve: Curve<Scores>;
  /** Milliseconds since 1970. */
  savedAt: number;
  /** Undefined for a run that was interrupted. */
  ended: Ending | undefined;
  /** Another tab has this run: it alone saves checkpoints of it. */
  openElsewhere: boolean;
  /** What a person should know of it, in a sentence; empty else. */
  problem: string;
}

/** What a run is doing. `completed`, `stopped` and `failed` are final. */
export type RunState =
  "scoring" | "ready" | "running" | "paused" | "completed" | "stopped" | "failed";

/** Whether a run in this state can only be replaced. */
export function isFinal(state: RunState): boolean {
  return state === "completed" || state === "stopped" || state === "failed";
}

/** What takes long enough to need a progress bar. */
export type Task =
  | "download encoder"
  | "download corpus"
  | "start backend"
  | "tokenize"
  | "encode passages"
  | "encode queries"
  | "rank";

/** What the engine runs on, for one honest line on the page. */
export interface Environment {
  backend: "webgpu" | "wasm" | "cpu";
  /** Name of the GPU, or how WASM runs: SIMD, number of threads. */
  adapter: string;
  /** Why this backend and not a faster one; empty for hardware WebGPU. */
  reason: string;
  userAgent: string;
}

/** What was loaded, for the page's model strip. */
export interface LabSummary {
  encoder: { parameters: number; layers: number; hiddenSize: number; vocabularySize: number };
  corpus: { languages: Language[]; trainItems: number; devItems: number; testItems: number };
  environment: Environment;
}

/** A few rows of a batch with their texts, for looking at. */
export interface BatchPreview {
  kind: Batch["kind"];
  size: number;
  rows: { queryLanguage: Language; passageLanguage: Language; query: string; passage: string }[];
}

/** One ranked passage. */
export interface Hit {
  /** Index of the passage; the same in both rankings. */
  passage: number;
  itemId: string;
  language: Language;
  text: string;
  /** Cosine. */
  similarity: number;
  /** From 1, in this ranking. */
  rank: number;
  /** From 1, in the other ranking of the two. */
  otherRank: number;
}

/** Errors lose their class in `postMessage`; this keeps what a person needs. */
export interface SerializedError {
  name: string;
  message: string;
  stack?: string;
}

/** What the worker tells the page. Events of one run arrive in order. */
export type WorkerEvent =
  | { type: "opened"; lab: LabSummary }
  /** A task ends with `done === total`. */
  | { type: "progress"; task: Task; done: number; total: number }
  | { type: "state"; runId: number; state: RunState; step: number }
  /** The batch that the run has just trained on; sent at most a few times a second. */
  | { type: "batch"; runId: number; step: number; batch: BatchPreview }
  /** The losses of steps `firstStep` onward; the buffer is transferred. */
  | {
      type: "steps";
      runId: number;
      firstStep: number;
      losses: Float32Array<ArrayBuffer>;
      learningRate: number;
      /** What kind of batch each step trained on; their losses lie far apart. */
      kinds: Batch["kind"][];
      /** Time these steps took, without scoring. */
      seconds: number;
    }
  | {
      type: "evaluated";
      runId: number;
      step: number;
      scores: Scores;
      /** `encode`: embedding the split; `evaluate`: ranking it. */
      seconds: { encode: number; evaluate: number };
    }
  /** α has moved; batches after `step` steps use it. */
  | { type: "alpha-moved"; runId: number; step: number; alpha: number }
  /** A stored run was found; undefined when there is none any more. */
  | { type: "stored-run"; run: StoredRun | undefined }
  /** A run goes on from a checkpoint, with all it had shown by then. */
  | { type: "resumed"; runId: number; step: number; curve: Curve<Scores> }
  /** A checkpoint is on the disk. */
  | { type: "saved"; runId: number; step: number }
  /** No checkpoint could be written; `reason` is a sentence, and the run goes on. */
  | { type: "unsaved"; runId: number; step: number; reason: string }
  /** The backend failed and was started anew; the run is back at `step`, and goes on. */
  | { type: "recovered"; runId: number; step: number; reason: string }
  | { type: "searched"; searchId: number; step: number; before: Hit[]; now: Hit[] }
  /** A zipped folder that transformers or, of adapters, PEFT reads; the buffer is transferred. */
  | { type: "exported"; runId: number; step: number; part: ExportedPart; archive: ArrayBuffer }
  /** `scope` says what is lost: the lab cannot open, this run ended, or one command was refused. */
  | { type: "failed"; scope: "lab" | "command"; error: SerializedError }
  | { type: "failed"; scope: "run"; runId: number; error: SerializedError };

/** The buffers to move, not copy, when posting `event`. */
export function transferables(event: WorkerEvent): Transferable[] {
  if (event.type === "exported") return [event.archive];
  return event.type === "steps" ? [event.losses.buffer] : [];
}
