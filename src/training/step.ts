/** @file One update of the parameters. */

import * as tf from "@tensorflow/tfjs-core";
import type { Encoder } from "../encoder/encoder";
import { gatherRows, scatterRows } from "../encoder/kernels/rows";
import type { TokenBatch } from "../encoder/tokenizer";
import { clippingFactor } from "./clipping";
import type { RunConfig } from "./config";
import { cachedLossAndGradients, isChunked } from "./gradientCaching";
import { infoNce, type InfoNceOptions } from "./losses/infoNce";
import { adamWUpdate, type Moments } from "./optimizers/adamw";
import type { TrainingState } from "./state";
import { batchTensors, namedGradients, trainedInputs } from "./trainedInputs";
import { batchWords, joinedTokens } from "./words";

/** A batch as token ids; row i of `passages` answers row i of `queries`. */
export interface TrainingTokens {
  queries: TokenBatch;
  passages: TokenBatch;
  /** The item of each row. */
  items: readonly number[];
}

/** Loss and gradients at a state; the caller disposes both. */
export interface LossAndGradients {
  loss: tf.Scalar;
  /** Of each trained parameter that is updated whole. */
  dense: Map<string, tf.Tensor>;
  /** Of the distinct rows of the word embeddings, where they train; [distinct, width]. */
  words?: { ids: Int32Array; rows: tf.Tensor2D };
}

/** Loss of a batch and its gradient by every trained parameter, all texts encoded at once. */
export function lossAndGradients(
  encoder: Encoder,
  state: Pick<TrainingState, "parameters" | "trained">,
  tokens: TrainingTokens,
  config: InfoNceOptions,
): LossAndGradients {
  const sides = [tokens.queries, tokens.passages];
  const { distinct, batches } = batchWords([joinedTokens(sides)], encoder.tokenizer.padId);
  const [loss, gradients] = tf.tidy(() => {
    const { values, embed } = trainedInputs(encoder, state, distinct);
    // Made out here: the backward pass outlives the scope of the forward pass.
    const inputs = batchTensors(sides, batches[0]!);
    const rows = sides.map((side) => side.rows);
    const lossOf = (...given: tf.Tensor[]): tf.Scalar => {
      const [queries, passages] = tf.split(embed(given, inputs), rows) as [
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      return infoNce(queries, passages, tokens.items, config);
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(values);
    return [value as tf.Scalar, grads] as const;
  });
  return { loss, ...namedGradients(state.trained, distinct, gradients) };
}

/**
 * One step. Returns the state after it and the loss before it; the state that
 * was passed in is used up: its trained tensors are disposed or written over.
 */
export function trainStep(
  encoder: Encoder,
  state: TrainingState,
  tokens: TrainingTokens,
  config: RunConfig,
  learningRate: number,
): { state: TrainingState; loss: tf.Scalar } {
  const step = state.step + 1;
  const { chunkSize = 0 } = config;
  const { loss, dense, words } = isChunked(config, tokens)
    ? cachedLossAndGradients(encoder, state, tokens, { ...config, chunkSize })
    : lossAndGradients(encoder, state, tokens, config);
  const gradients = [...dense.values(), ...(words ? [words.rows] : [])];
  const factor = clippingFactor(gradients, config.clipNorm);
  const parameters = new Map(state.parameters);
  const moments = new Map(state.moments);

  const update = (old: tf.Tensor, gradient: tf.Tensor, oldMoments: Moments) => {
    // Decay pulls matrices towards 0; a bias or a norm's scale has no business there.
    const weightDecay = old.rank >= 2 ? config.weightDecay : 0;
    const options = { step, learningRate, weightDecay, gradientFactor: factor };
    const updated = adamWUpdate(old, gradient, oldMoments, options);
    gradient.dispose();
    return updated;
  };

  for (const [name, gradient] of dense) {
    const [old, oldMoments] = [parameters.get(name)!, moments.get(name)!];
    const updated = update(old, gradient, oldMoments);
    tf.dispose([old, oldMoments.first, oldMoments.second]);
    parameters.set(name, updated.parameter);
    moments.set(name, updated.moments);
  }
  if (words) {
    const name = encoder.architecture.wordEmbeddings;
    const tables = [parameters.get(name)!, moments.get(name)!.first, moments.get(name)!.second];
    tf.tidy(() => {
      const ids = tf.tensor1d(words.ids, "int32");
      const [old, first, second] = tables.map((table) => gatherRows(table as tf.Tensor2D, ids));
      const updated = update(old!, words.rows, { first: first!, second: second! });
      const rows = [updated.parameter, updated.moments.first, updated.moments.second];
      for (const [index, table] of tables.entries()) {
        scatterRows(table as tf.Tensor2D, ids, rows[index] as tf.Tensor2D);
      }
    });
  }
  factor.dispose();
  return { state: { ...state, step, parameters, moments }, loss };
}
