/** @file Eight items in two languages, spelled as token ids for the tiny encoder. */

import * as tf from "@tensorflow/tfjs-core";
import type { Language, RetrievalDataset, TrainingPairs } from "../../src/data/dataset";
import type { LoadedEncoder } from "../../src/encoder/load";
import { padBatch } from "../../src/encoder/tokenizer";
import { defaultConfig, type RunConfig } from "../../src/training/config";
import { initState } from "../../src/training/state";
import type { TrainingTokens } from "../../src/training/step";
import { train, type TrainingRun } from "../../src/training/train";

const languages: Language[] = ["en", "de"];
const items = Array.from({ length: 8 }, (_, item) => item);

/** An item has one word in each language, of the ids 3 … 18; passages have 20 among theirs. */
function text(item: number, language: Language, side: 0 | 1): string {
  const word = 3 + 2 * item + languages.indexOf(language);
  return side === 0 ? `${word} ${word} ${word}` : `${word} 20 ${word} ${word} ${word}`;
}

export const tinyPairs: TrainingPairs = {
  languages,
  pairs: items.map((item) => ({ item, question: 0 })),
  query: (pair, language) => text(pair, language, 0),
  passage: (pair, language) => text(pair, language, 1),
};

/** All of the pairs as a data set: what a model that learnt them by heart gets right. */
export const tinyDataset: RetrievalDataset = {
  languages,
  queries: listed(0),
  passages: listed(1),
  qrels: languages.flatMap(() => items.map((item) => [item, items.length + item])),
};

function listed(side: 0 | 1): RetrievalDataset["queries"] {
  return languages.flatMap((language) =>
    items.map((item) => ({
      id: `${language}/${item}`,
      language,
      text: text(item, language, side),
      item,
    })),
  );
}

export function tinyRunConfig(changes: Partial<RunConfig> = {}): RunConfig {
  return { ...defaultConfig, languages, batchSize: 4, steps: 10, ...changes };
}

/** A run from a loaded encoder; the caller disposes its state. */
export function tinyRun({ encoder, parameters }: LoadedEncoder, config: RunConfig): TrainingRun {
  return { encoder, data: tinyPairs, config, state: initState(encoder, parameters, config) };
}

/** A batch of German queries and English passages of some items. */
export function tinyTokens({ encoder }: LoadedEncoder, batchItems: number[]): TrainingTokens {
  const { tokenizer } = encoder;
  const side = (language: Language, which: 0 | 1) =>
    padBatch(
      batchItems.map((item) => tokenizer.encode(text(item, language, which))),
      tokenizer,
    );
  return { queries: side("de", 0), passages: side("en", 1), items: batchItems };
}

/** Losses of a run up to a step, or to its end; the loop is closed. */
export async function losses(run: TrainingRun, upTo = run.config.steps): Promise<number[]> {
  const found: number[] = [];
  for await (const event of train(run, { alpha: () => run.config.alpha, readsLoss: () => true })) {
    found.push(...event.losses!.values);
    if (event.step === upTo) break;
  }
  return found;
}

/** The values of named tensors. */
export async function valuesOf(
  tensors: ReadonlyMap<string, tf.Tensor>,
): Promise<Map<string, Float32Array>> {
  const copies = [...tensors].map(
    async ([name, tensor]) => [name, Float32Array.from(await tensor.data())] as const,
  );
  return new Map(await Promise.all(copies));
}
