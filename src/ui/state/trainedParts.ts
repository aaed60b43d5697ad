/** @file What of an encoder can train: the choices, their words, their names in links. */

import type { TrainedPart } from "../../training/config";

type WholePart = Exclude<TrainedPart, { part: "last-layers" }>["part"];

/** In words, and in the order in which they are offered; layers come after the first two. */
const labels: Record<WholePart, string> = {
  all: "all parameters",
  "without-words": "all but the word embeddings",
  "layer-norms": "the layer norms",
  words: "the word embeddings",
  projection: "a projection on top",
};

const wholeParts = Object.keys(labels) as WholePart[];

/** Which parts an encoder with `layers` layers can train; the current one is always among them. */
export function trainedParts(layers: number, current: TrainedPart): TrainedPart[] {
  const [all, withoutWords, ...others] = wholeParts.map((part) => ({ part }));
  const lastLayers = Array.from({ length: layers }, (_, index): TrainedPart => ({
    part: "last-layers",
    layers: layers - index,
  }));
  const parts: TrainedPart[] = [all!, withoutWords!, ...lastLayers, ...others];
  return parts.some((part) => partKey(part) === partKey(current)) ? parts : [...parts, current];
}

/** Short name of a trained part, for links and option values: `all`, `last2`, `projection`. */
export function partKey(trained: TrainedPart): string {
  return trained.part === "last-layers" ? `last${trained.layers}` : trained.part;
}

/** The inverse of `partKey`; undefined for anything else. */
export function partOf(key: string): TrainedPart | undefined {
  const whole = wholeParts.find((part) => part === key);
  if (whole) return { part: whole };
  const layers = Number(/^last(\d{1,2})$/.exec(key)?.[1]);
  return layers >= 1 ? { part: "last-layers", layers } : undefined;
}

export function partLabel(trained: TrainedPart): string {
  if (trained.part !== "last-layers") return labels[trained.part];
  return trained.layers === 1 ? "the last layer" : `the last ${trained.layers} layers`;
}

/** Whether `value`, read from somewhere, names a part. */
export function isTrainedPart(value: unknown): value is TrainedPart {
  if (typeof value !== "object" || value === null || !("part" in value)) return false;
  if (wholeParts.some((part) => part === value.part)) return true;
  return value.part === "last-layers" && "layers" in value && Number.isInteger(value.layers);
}
