/** @file A run's settings in the page's address: short keys after `#`, the backend after `?`. */

import {
  backends,
  builtInLanguages,
  decays,
  samplers,
  type BackendChoice,
  type RunConfig,
} from "../../training/config";
import type { Command } from "../../worker/messages";
import { isTrainedPart, partKey, partOf } from "./trainedParts";

type Numeric =
  | "alpha"
  | "batchSize"
  | "chunkSize"
  | "learningRate"
  | "temperature"
  | "seed"
  | "steps"
  | "evaluateEvery"
  | "warmupSteps"
  | "weightDecay"
  | "clipNorm";

interface Bounds {
  key: string;
  min: number;
  max: number;
  integer?: true;
}

/** Wider than what the controls offer: a link may go beyond them. */
const numbers: Record<Numeric, Bounds> = {
  alpha: { key: "alpha", min: 0, max: 1 },
  batchSize: { key: "batch", min: 2, max: 256, integer: true },
  chunkSize: { key: "chunk", min: 0, max: 512, integer: true },
  learningRate: { key: "lr", min: 1e-7, max: 0.1 },
  temperature: { key: "temp", min: 0.005, max: 5 },
  seed: { key: "seed", min: 0, max: 2 ** 32 - 1, integer: true },
  steps: { key: "steps", min: 1, max: 100_000, integer: true },
  evaluateEvery: { key: "every", min: 1, max: 100_000, integer: true },
  warmupSteps: { key: "warmup", min: 0, max: 100_000, integer: true },
  weightDecay: { key: "wd", min: 0, max: 1 },
  clipNorm: { key: "clip", min: 0.01, max: 1000 },
};

/** `defaults` with what `hash` sets; unknown keys and words are ignored, numbers clamped. */
export function configFromHash(hash: string, defaults: RunConfig): RunConfig {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const config = { ...defaults };
  for (const name of Object.keys(numbers) as Numeric[]) {
    const value = clamped(given.get(numbers[name].key), numbers[name]);
    if (value !== undefined) config[name] = value;
  }
  config.sampler = oneOf(given.get("sampler"), samplers) ?? config.sampler;
  config.decay = oneOf(given.get("decay"), decays) ?? config.decay;
  config.trained = partOf(given.get("trains") ?? "") ?? config.trained;
  const loss = oneOf(given.get("loss"), ["one-way", "both-ways"]);
  if (loss) config.symmetric = loss === "both-ways";
  const named = given.get("langs")?.split(",") ?? [];
  const languages = builtInLanguages.filter((language) => named.includes(language));
  if (languages.length >= 2) config.languages = languages;
  return config;
}

/** The whole configuration, so that a link means the same run when defaults change. */
export function hashFromConfig(config: RunConfig): string {
  const entries: [string, string][] = [
    ["sampler", config.sampler],
    ...(Object.keys(numbers) as Numeric[]).map((name): [string, string] => [
      numbers[name].key,
      String(config[name] ?? 0),
    ]),
    ["decay", config.decay],
    ["trains", partKey(config.trained)],
    ["loss", config.symmetric ? "both-ways" : "one-way"],
    ["langs", config.languages.join(",")],
  ];
  return "#" + entries.map(([key, value]) => `${key}=${value}`).join("&");
}

/** Whether `value`, read from somewhere, is a whole configuration. */
export function isConfig(value: unknown): value is RunConfig {
  if (typeof value !== "object" || value === null) return false;
  // Runs that were kept before there were chunks do not speak of them.
  const config: { [Name in keyof RunConfig]?: unknown } = { chunkSize: 0, ...value };
  const { languages, trained } = config;
  return (
    (Object.keys(numbers) as Numeric[]).every((name) => isWithin(config[name], numbers[name])) &&
    samplers.some((sampler) => sampler === config.sampler) &&
    decays.some((decay) => decay === config.decay) &&
    typeof config.symmetric === "boolean" &&
    isTrainedPart(trained) &&
    Array.isArray(languages) &&
    languages.length >= 2 &&
    languages.every((language) => typeof language === "string")
  );
}

/** The engine asked for by `?backend=`; `auto` for anything else. */
export function backendFromSearch(search: string): BackendChoice {
  return oneOf(new URLSearchParams(search).get("backend"), backends) ?? "auto";
}

/** Address of a file that lies beside the page, wherever the page is served. */
export function fileUrl(path: string, pageUrl: string): string {
  return new URL(path, pageUrl).href;
}

/** Has the worker load what lies beside the page, on the backend that its address names. */
export function openCommand(): Extract<Command, { type: "open" }> {
  return {
    type: "open",
    encoderUrl: fileUrl("encoder/", document.baseURI),
    corpusUrl: fileUrl("corpus/", document.baseURI),
    backend: backendFromSearch(location.search),
  };
}

/** `config` as far as this corpus and encoder can follow it: its languages, its layers. */
export function fitted(config: RunConfig, languages: readonly string[], layers: number): RunConfig {
  const known = languages.filter((language) => config.languages.includes(language));
  const { trained } = config;
  return {
    ...config,
    languages: known.length >= 2 ? known : [...languages],
    trained:
      trained.part === "last-layers"
        ? { ...trained, layers: Math.min(trained.layers, layers) }
        : trained,
  };
}

function isWithin(value: unknown, { min, max, integer }: Bounds): boolean {
  if (typeof value !== "number" || !(value >= min && value <= max)) return false;
  return !integer || Number.isInteger(value);
}

function clamped(text: string | null, { min, max, integer }: Bounds): number | undefined {
  const value = text ? Number(text) : NaN;
  if (Number.isNaN(value)) return undefined;
  const bounded = Math.min(max, Math.max(min, value));
  return integer ? Math.round(bounded) : bounded;
}

function oneOf<T extends string>(text: string | null, words: readonly T[]): T | undefined {
  return words.find((word) => word === text);
}
