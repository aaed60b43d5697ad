/** @file Three steps of training as the lab trains, small enough for any machine, all from a seed. */

import * as tf from "@tensorflow/tfjs-core";
import type { Language, TrainingPairs } from "../data/dataset";
import { readArchitecture } from "../encoder/architectures";
import { disposeParameters } from "../encoder/parameters";
import type { LoadedEncoder } from "../encoder/load";
import type { Tokenizer } from "../encoder/tokenizer";
import { createRandom, integerBelow, type Random } from "../random";
import { defaultConfig, type RunConfig } from "../training/config";
import { disposeState, initState } from "../training/state";
import { train } from "../training/train";

export const steps = 3;

const languages: Language[] = ["en", "de"];
const items = 12;
const vocabulary = 200;
const maximumLength = 24;

/** As many layers as the built-in encoder, so that a step takes as many kernels. */
const encoderConfig = JSON.stringify({
  model_type: "bert",
  vocab_size: vocabulary,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 128,
  hidden_act: "gelu",
  layer_norm_eps: 1e-12,
  max_position_embeddings: maximumLength,
  type_vocab_size: 1,
  pad_token_id: 0,
});

/** Reads "7 12" as the tokens 7 and 12, between an opening 1 and a closing 2; 0 is padding. */
const spelledIds: Tokenizer = {
  padId: 0,
  maximumLength,
  encode: (text) => [1, ...text.split(" ").map(Number), 2],
};

/** What three steps leave behind, read back. */
export interface SmallTraining {
  losses: Float32Array;
  parameters: Map<string, Float32Array>;
}

export interface SmallTrainingOptions {
  seed: number;
  /** Told around each step, from 1; the losses are read in the last one. */
  onStep?: (step: number, moment: "starts" | "ends") => void;
}

/** Trains a random encoder on the backend that runs; leaves no tensor behind. */
export async function trainSmall({ seed, onStep }: SmallTrainingOptions): Promise<SmallTraining> {
  const { encoder, parameters } = randomEncoder(createRandom(seed, 1));
  const config: RunConfig = { ...defaultConfig, languages, batchSize: 8, seed, steps };
  const state = initState(encoder, parameters, config);
  const run = { encoder, data: randomPairs(createRandom(seed, 2)), config, state };
  disposeParameters(parameters);
  const losses: number[] = [];
  const training = train(run, { alpha: () => config.alpha, readsLoss: () => false });
  try {
    for (let step = 1; step <= steps; step++) {
      onStep?.(step, "starts");
      const { value: event } = await training.next();
      onStep?.(step, "ends");
      losses.push(...(event?.losses?.values ?? []));
    }
    return { losses: Float32Array.from(losses), parameters: await readAll(run.state.parameters) };
  } finally {
    await training.return();
    disposeState(run.state);
  }
}

function randomEncoder(random: Random): LoadedEncoder {
  const architecture = readArchitecture(encoderConfig, "config.json");
  const parameters = new Map(
    [...architecture.shapes].map(([name, shape]) => {
      const centre = name.endsWith("LayerNorm.weight") ? 1 : 0;
      // About 1 / √width, so that every layer has a say in the loss.
      const size = tf.util.sizeFromShape([...shape]);
      const values = Float32Array.from({ length: size }, () => centre + 0.5 * (random() - 0.5));
      return [name, tf.tensor(values, [...shape], "float32")] as const;
    }),
  );
  return { encoder: { architecture, tokenizer: spelledIds }, parameters };
}

/** Each item's question and passage in each language: a few ids, spelled out. */
function randomPairs(random: Random): TrainingPairs {
  const text = () => {
    const length = 4 + integerBelow(maximumLength - 8, random);
    return Array.from({ length }, () => 3 + integerBelow(vocabulary - 3, random)).join(" ");
  };
  const texts = () =>
    Array.from({ length: items }, () => new Map(languages.map((language) => [language, text()])));
  const [queries, passages] = [texts(), texts()];
  return {
    languages,
    pairs: Array.from({ length: items }, (_, item) => ({ item, question: 0 })),
    query: (pair, language) => queries[pair]!.get(language)!,
    passage: (pair, language) => passages[pair]!.get(language)!,
  };
}

async function readAll(
  parameters: ReadonlyMap<string, tf.Tensor>,
): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const [name, tensor] of parameters) {
    values.set(name, Float32Array.from(await tensor.data<"float32">()));
  }
  return values;
}
