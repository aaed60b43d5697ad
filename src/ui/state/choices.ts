/** @file The safe values each control offers, their words, and the presets. */

import type { RunConfig, SamplerName, TrainedPart } from "../../training/config";

export const learningRates = [1e-5, 3e-5, 1e-4, 3e-4, 6e-4, 1e-3, 3e-3, 1e-2];
export const batchSizes = [8, 16, 32, 64, 128, 256];
export const chunkSizes = [0, 8, 16, 32, 64, 128];
export const temperatures = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
export const stepCounts = [20, 50, 100, 200, 500, 1000, 2000];
export const scoringIntervals = [5, 10, 20, 50, 100];

/** `values`, with `current` added in order where it is not among them. */
export function withCurrent(values: readonly number[], current: number): number[] {
  return values.includes(current) ? [...values] : [...values, current].sort((a, b) => a - b);
}

/** Which parts an encoder with `layers` layers can train; the current one is always among them. */
export function trainedParts(layers: number, current: TrainedPart): TrainedPart[] {
  const parts: TrainedPart[] = [{ part: "all" }];
  for (let count = layers; count >= 1; count--) parts.push({ part: "last-layers", layers: count });
  parts.push({ part: "projection" });
  return parts.some((part) => partKey(part) === partKey(current)) ? parts : [...parts, current];
}

/** Short name of a trained part, for links and option values: `all`, `last2`, `projection`. */
export function partKey(trained: TrainedPart): string {
  return trained.part === "last-layers" ? `last${trained.layers}` : trained.part;
}

/** The inverse of `partKey`; undefined for anything else. */
export function partOf(key: string): TrainedPart | undefined {
  if (key === "all" || key === "projection") return { part: key };
  const layers = Number(/^last(\d{1,2})$/.exec(key)?.[1]);
  return layers >= 1 ? { part: "last-layers", layers } : undefined;
}

export function partLabel(trained: TrainedPart): string {
  switch (trained.part) {
    case "all":
      return "all parameters";
    case "projection":
      return "a projection on top";
    case "last-layers":
      return trained.layers === 1 ? "the last layer" : `the last ${trained.layers} layers`;
  }
}

export function chunkLabel(texts: number): string {
  return texts === 0 ? "all texts at once" : `${texts} texts at a time`;
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
