/** @file The safe values each control offers, their words, and the presets. */

import type { RunConfig, SamplerName } from "../../training/config";

export const learningRates = [1e-5, 3e-5, 1e-4, 2e-4, 3e-4, 1e-3, 3e-3, 1e-2];
export const batchSizes = [8, 16, 32, 64, 128, 256];
export const chunkSizes = [0, 8, 16, 32, 64, 128];
export const temperatures = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
export const stepCounts = [20, 50, 100, 200, 500, 1000, 2000];
export const scoringIntervals = [5, 10, 20, 50, 100];

/** `values`, with `current` added in order where it is not among them. */
export function withCurrent(values: readonly number[], current: number): number[] {
  return values.includes(current) ? [...values] : [...values, current].sort((a, b) => a - b);
}

export function chunkLabel(texts: number): string {
  return texts === 0 ? "all" : String(texts);
}

export const samplerLabels: Record<SamplerName, string> = {
  hybrid: "hybrid: one or the other",
  "x-x-mono": "x-x-mono: one language a batch",
  "x-y": "x-y: every row crosses languages",
  "x-x": "x-x: same-language rows, mixed",
};

export const samplerNotes: Record<SamplerName, string> = {
  hybrid: "A whole batch is monolingual with probability α, else cross-lingual.",
  "x-x-mono": "Query, positive and negatives all share one language.",
  "x-y": "The positive is never in the query’s language.",
  "x-x": "A control: here language alone gives the positive away.",
};

type Batching = Pick<RunConfig, "sampler" | "alpha">;

/** A named way of making batches; `against` is trained next, for comparison. */
export interface Preset {
  name: string;
  first: Batching;
  against?: Batching;
}

const monolingual: Batching = { sampler: "x-x-mono", alpha: 0.5 };
const crossLingual: Batching = { sampler: "x-y", alpha: 0.5 };
const hybrid: Batching = { sampler: "hybrid", alpha: 0.5 };
const shortcut: Batching = { sampler: "x-x", alpha: 0.5 };

export const presets: Preset[] = [
  { name: "Mono against hybrid", first: monolingual, against: hybrid },
  { name: "Cross against hybrid", first: crossLingual, against: hybrid },
  { name: "The language shortcut", first: shortcut, against: monolingual },
  { name: "Hybrid, half and half", first: hybrid },
  { name: "Mostly monolingual", first: { sampler: "hybrid", alpha: 0.8 } },
  { name: "Mostly cross-lingual", first: { sampler: "hybrid", alpha: 0.2 } },
];
