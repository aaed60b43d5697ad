/** @file A run of random parameters over one random batch, to be timed. */

import * as tf from "@tensorflow/tfjs-core";
import { readArchitecture } from "../../src/encoder/architectures";
import { embedTokens, type Encoder } from "../../src/encoder/encoder";
import { disposeParameters, type Parameters } from "../../src/encoder/parameters";
import type { TokenBatch } from "../../src/encoder/tokenizer";
import { createRandom, integerBelow, type Random } from "../../src/random";
import { defaultConfig, type TrainedPart } from "../../src/training/config";
import { disposeState, initState } from "../../src/training/state";
import { trainStep } from "../../src/training/step";

/** Sizes of a step; the widths are those of the built-in encoder unless `config` changes them. */
export interface StepSizes {
  pairs: number;
  queryLength: number;
  passageLength: number;
  config: Record<string, number | string>;
}

/** A run over one random batch, from random parameters that depend on the sizes only. */
export function startRun(
  { pairs, queryLength, passageLength, config }: StepSizes,
  trained: TrainedPart = { part: "all" },
) {
  const runConfig = { ...defaultConfig, trained };
  const random = createRandom(1);
  const architecture = readArchitecture(JSON.stringify(config), "config.json");
  const { vocabularySize, padId } = architecture.sizes;
  const tokenizer = { padId, maximumLength: passageLength, encode: () => [padId] };
  const encoder: Encoder = { architecture, tokenizer };
  const parameters = randomParameters(encoder, random);
  const side = (length: number): TokenBatch => ({
    rows: pairs,
    length,
    ids: Int32Array.from({ length: pairs * length }, () =>
      integerBelow(vocabularySize - 1, random),
    ),
    mask: new Float32Array(pairs * length).fill(1),
  });
  const tokens = {
    queries: side(queryLength),
    passages: side(passageLength),
    items: Array.from({ length: pairs }, (_, item) => item),
  };
  let state = initState(encoder, parameters, runConfig);
  disposeParameters(parameters);
  return {
    async step(): Promise<number> {
      const result = trainStep(encoder, state, tokens, runConfig, 1e-4);
      state = result.state;
      const [loss] = await result.loss.data();
      result.loss.dispose();
      return loss!;
    },
    async forward(): Promise<void> {
      const embeddings = embedTokens(encoder, state.parameters, tokens.passages);
      await embeddings.data();
      embeddings.dispose();
    },
    dispose: () => disposeState(state),
  };
}

/** Small random values; the word embeddings, which may be many, from 1000 rows again and again. */
function randomParameters({ architecture }: Encoder, random: Random): Parameters {
  const values = Float32Array.from({ length: 256_000 }, () => 0.1 * (random() - 0.5));
  return new Map(
    [...architecture.shapes].map(([name, shape]) => {
      const size = tf.util.sizeFromShape([...shape]);
      const numbers = new Float32Array(size);
      for (let at = 0; at < size; at += values.length) {
        numbers.set(values.subarray(0, Math.min(values.length, size - at)), at);
      }
      if (name.endsWith("LayerNorm.weight")) numbers.fill(1);
      return [name, tf.tensor(numbers, [...shape], "float32")];
    }),
  );
}
