/** @file What a long run holds: tensors and bytes after every so many steps, with batches of mixed lengths. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { Language, TrainingPairs } from "../../src/data/dataset";
import { disposeParameters } from "../../src/encoder/parameters";
import { createRandom, integerBelow } from "../../src/random";
import { packCheckpoint } from "../../src/training/checkpoint";
import { defaultConfig, type RunConfig } from "../../src/training/config";
import { disposeState, initState } from "../../src/training/state";
import { train, type TrainingRun } from "../../src/training/train";
import { tinyEncoder } from "../encoder/tinyEncoder";

export interface MemoryPoint {
  step: number;
  tensors: number;
  /** Of those tensors. */
  tensorBytes: number;
  /** Of JavaScript's heap after a collection, and of what it holds outside. */
  heapBytes: number;
  outsideBytes: number;
  /** Of WASM's heap, 0 elsewhere. */
  wasmBytes: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

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

/** Trains a tiny encoder on the backend that runs, taking a checkpoint at each point. */
export async function memoryCurve(steps: number, stepsBetween: number): Promise<MemoryPoint[]> {
  const { encoder, parameters } = tinyEncoder(3);
  const config: RunConfig = { ...defaultConfig, languages, batchSize: 4, steps };
  const state = initState(encoder, parameters, config);
  const run: TrainingRun = { encoder, data: mixedLengths(), config, state };
  const points: MemoryPoint[] = [];
  for await (const { step } of train(run, { alpha: () => 0.5, readsLoss: () => true })) {
    if (step % stepsBetween !== 0) continue;
    await packCheckpoint(headerAt(step, config), encoder, run.state);
    points.push(pointAt(step));
  }
  disposeState(run.state);
  disposeParameters(parameters);
  return points;
}

function headerAt(step: number, config: RunConfig) {
  const curve = { losses: [], kinds: [], evaluations: [], alphaMarks: [] };
  return { config, step, curve, sources: { encoder: "", corpus: "" }, backend: tf.getBackend() };
}

function pointAt(step: number): MemoryPoint {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const { numTensors: tensors, numBytes: tensorBytes } = tf.memory();
  return {
    step,
    tensors,
    tensorBytes,
    heapBytes: heapUsed,
    outsideBytes: external,
    wasmBytes: wasmHeapBytes(),
  };
}

function wasmHeapBytes(): number {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) return 0;
  // Emscripten's own view, which the types leave out.
  return (backend.wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8.byteLength;
}
