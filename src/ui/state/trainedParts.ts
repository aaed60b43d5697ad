/** @file What of an encoder can train: the choices, their words, their names in links. */

import {
  defaultLora,
  layerMaps,
  type LayerMap,
  type LoraPart,
  type TrainedPart,
} from "../../training/config";

type WholePart = Exclude<TrainedPart, { layers: number } | LoraPart>["part"];

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
  const lora = current.part === "lora" ? current : defaultLora;
  const parts: TrainedPart[] = [all!, withoutWords!, ...lastLayers, ...others, lora];
  return parts.some((part) => partKey(part) === partKey(current)) ? parts : [...parts, current];
}

/** Short name of a trained part, for links and option values: `all`, `last2`, `lora-8-16-query,value`. */
export function partKey(trained: TrainedPart): string {
  if (trained.part === "last-layers") return `last${trained.layers}`;
  if (trained.part !== "lora") return trained.part;
  const { rank, alpha, targets } = trained;
  return `lora-${rank}-${alpha}-${targetsKey(targets)}`;
}

/** The inverse of `partKey`; undefined for anything else. */
export function partOf(key: string): TrainedPart | undefined {
  const whole = wholeParts.find((part) => part === key);
  if (whole) return { part: whole };
  const lora = /^lora-([\d.]+)-([\d.]+)-([a-z,-]+)$/.exec(key);
  const layers = Number(/^last(\d{1,2})$/.exec(key)?.[1]);
  const part: unknown = lora
    ? { part: "lora", rank: Number(lora[1]), alpha: Number(lora[2]), targets: lora[3]!.split(",") }
    : { part: "last-layers", layers };
  return isTrainedPart(part) ? part : undefined;
}

export function partLabel(trained: TrainedPart): string {
  if (trained.part === "lora") return "adapters of low rank (LoRA)";
  if (trained.part !== "last-layers") return labels[trained.part];
  return trained.layers === 1 ? "the last layer" : `the last ${trained.layers} layers`;
}

/** Whether `value`, read from somewhere, names a part. */
export function isTrainedPart(value: unknown): value is TrainedPart {
  if (typeof value !== "object" || value === null) return false;
  const part = value as { [Field in keyof LoraPart | "layers"]?: unknown };
  if (wholeParts.some((whole) => whole === part.part)) return true;
  if (part.part === "last-layers") return isWholeNumber(part.layers);
  return (
    part.part === "lora" &&
    isWholeNumber(part.rank) &&
    isAlpha(part.alpha) &&
    isTargets(part.targets)
  );
}

export const loraRanks = [1, 2, 4, 8, 16, 32, 64];
export const loraAlphas = [1, 2, 4, 8, 16, 32, 64, 128];

const targetChoices: readonly { targets: readonly LayerMap[]; label: string }[] = [
  { targets: ["query", "value"], label: "query, value" },
  { targets: ["query", "key", "value", "attention-output"], label: "all of attention" },
  { targets: ["intermediate", "output"], label: "the feed-forward" },
  { targets: layerMaps, label: "every matrix" },
];

/** Which matrices can get adapters, by key; the current ones are always among them. */
export function loraTargets(current: readonly LayerMap[]): { value: string; label: string }[] {
  const options = targetChoices.map(({ targets, label }) => ({
    value: targetsKey(targets),
    label,
  }));
  const key = targetsKey(current);
  const isOffered = options.some(({ value }) => value === key);
  return isOffered ? options : [...options, { value: key, label: current.join(", ") }];
}

/** The matrices of a key, in the order of `layerMaps`. */
export function targetsOf(key: string): LayerMap[] {
  return layerMaps.filter((map) => key.split(",").includes(map));
}

export function targetsKey(targets: readonly LayerMap[]): string {
  return layerMaps.filter((map) => targets.includes(map)).join(",");
}

function isWholeNumber(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

function isAlpha(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value < Infinity;
}

function isTargets(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(
    (target, index) => layerMaps.includes(target as LayerMap) && value.indexOf(target) === index,
  );
}
