/** @file An encoder small enough to differentiate by hand: 50 tokens, width 8, 2 layers. */

import * as tf from "@tensorflow/tfjs-core";
import { type Architecture, readArchitecture } from "../../src/encoder/architectures";
import type { LoadedEncoder } from "../../src/encoder/load";
import type { Tokenizer } from "../../src/encoder/tokenizer";
import type { NamedTensor } from "../../src/encoder/weights/safetensors";
import { createRandom } from "../../src/random";
import { randomValues } from "./randomTensors";

export const tinyConfig = JSON.stringify({
  model_type: "bert",
  vocab_size: 50,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  hidden_act: "gelu",
  layer_norm_eps: 1e-12,
  max_position_embeddings: 32,
  type_vocab_size: 1,
  pad_token_id: 0,
});

export function tinyArchitecture(): Architecture {
  return readArchitecture(tinyConfig, "config.json");
}

/** Random values for every parameter; those that scale are near 1. */
export function tinyWeights(seed: number): Map<string, NamedTensor> {
  const random = createRandom(seed);
  return new Map(
    [...tinyArchitecture().shapes].map(([name, shape]) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      const centre = name.endsWith("LayerNorm.weight") ? 1 : 0;
      const values = randomValues(size, random).map((value) => centre + value / 2);
      return [name, { shape: [...shape], values }];
    }),
  );
}

/** Reads "7 12" as the tokens 7 and 12, between an opening 1 and a closing 2; 0 is padding. */
const spelledIds: Tokenizer = {
  padId: 0,
  maximumLength: 32,
  encode: (text) => [1, ...text.split(" ").map(Number), 2],
};

/** A random tiny encoder on the current backend; the caller disposes its parameters. */
export function tinyEncoder(seed: number): LoadedEncoder {
  const parameters = [...tinyWeights(seed)].map(
    ([name, { values, shape }]) => [name, tf.tensor(values, shape, "float32")] as const,
  );
  return {
    encoder: { architecture: tinyArchitecture(), tokenizer: spelledIds },
    parameters: new Map(parameters),
  };
}
