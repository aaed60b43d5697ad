/** @file What a long run holds: tensors and bytes after every so many steps, with batches of mixed lengths. */

import * as tf from "@tensorflow/tfjs-core";
import type { Language, TrainingPairs } from "../../src/data/dataset";
import { memoryUse } from "../../src/doctor/counting";
import type { Encoder } from "../../src/encoder/encoder";
import { disposeParameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { createRandom, integerBelow } from "../../src/random";
import type { Batch } from "../../src/sampling/sampler";
import { packCheckpoint } from "../../src/training/checkpoint";
import { defaultConfig, type RunConfig } from "../../src/training/config";
import { disposeState, initState } from "../../src/training/state";
import { train, type TrainingRun } from "../../src/training/train";
import { tinyEncoder } from "../encoder/tinyEncoder";

/** What every backend can tell. */
export interface MemoryPoint {
  step: number;
  /** Pairs of a length of the queries and one of the passages that there have been. */
  shapes: number;
  tensors: number;
  /** Of those tensors. */
  tensorBytes: number;
  /** WASM's heap, or what tfjs has of the GPU's memory, its pool included; null on the CPU. */
  allocatedBytes: number | null;
}

const languages: Language[] = ["en", "de"];
const items = Array.from({ length: 24 }, (_, item) => item);

/** Texts of 1 to 28 tokens: batches come in all lengths that a tiny encoder has. */
function mixedLengths(): TrainingPairs {
  const text = (item: number, language: Language, side: 0 | 1): string => {
    const random = createRandom(item, languages.indexOf(language), side);
    const length = 1 + integerBelow(item % 3 === 0 ? 28 : 6, random);
    return Array.from({ length }, () => 3 + integerBelow(47, random)).join(" ");
  };
  return {
    languages,
    pairs: items.map((item) => ({ item, question: 0 })),
    query: (pair, language) => text(pair, language, 0),
    passage: (pair, language) => text(pair, language, 1),
  };
}

/**
 * Trains a tiny encoder on the backend that runs, taking a checkpoint at each
 * point; `more` is what only this place can tell.
 */
export async function memoryCurve<More>(
  steps: number,
  stepsBetween: number,
  more: () => More | Promise<More>,
): Promise<(MemoryPoint & More)[]> {
  const { encoder, parameters } = tinyEncoder(3);
  const data = mixedLengths();
  const config: RunConfig = { ...defaultConfig, languages, batchSize: 4, steps };
  const run: TrainingRun = { encoder, data, config, state: initState(encoder, parameters, config) };
  const shapes = new Set<string>();
  const points: (MemoryPoint & More)[] = [];
  for await (const { step, batch } of train(run, { alpha: () => 0.5, readsLoss: () => true })) {
    shapes.add(shapeOf(batch, data, encoder));
    if (step % stepsBetween !== 0) continue;
    await packCheckpoint(headerAt(step, config), encoder, run.state);
    const { tensors, usedBytes: tensorBytes, allocatedBytes } = memoryUse();
    const point = { step, shapes: shapes.size, tensors, tensorBytes, allocatedBytes };
    points.push({ ...point, ...(await more()) });
  }
  disposeState(run.state);
  disposeParameters(parameters);
  return points;
}

/** The two lengths that a batch is padded to. */
function shapeOf({ rows }: Batch, data: TrainingPairs, { tokenizer }: Encoder): string {
  const length = (texts: string[]): number =>
    padBatch(
      texts.map((text) => tokenizer.encode(text)),
      tokenizer,
    ).length;
  const queries = rows.map(({ pair, queryLanguage }) => data.query(pair, queryLanguage));
  const passages = rows.map(({ pair, passageLanguage }) => data.passage(pair, passageLanguage));
  return `${length(queries)} + ${length(passages)}`;
}

function headerAt(step: number, config: RunConfig) {
  const curve = { losses: [], kinds: [], evaluations: [], alphaMarks: [] };
  return { config, step, curve, sources: { encoder: "", corpus: "" }, backend: tf.getBackend() };
}
