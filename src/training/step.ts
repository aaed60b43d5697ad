/** @file One update of the parameters. */

import * as tf from "@tensorflow/tfjs-core";
import { embedWords, type Encoder } from "../encoder/encoder";
import { expandRows, gatherRows, scatterRows, type Segments } from "../encoder/kernels/rows";
import { parameter } from "../encoder/parameters";
import type { TokenBatch } from "../encoder/tokenizer";
import { clippingFactor } from "./clipping";
import type { RunConfig } from "./config";
import { infoNce } from "./losses/infoNce";
import { adamWUpdate, type Moments } from "./optimizers/adamw";
import type { TrainingState } from "./state";
import { batchWords, type WordIndices } from "./words";

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

/** Loss of a batch and its gradient by every trained parameter. */
export function lossAndGradients(
  encoder: Encoder,
  state: Pick<TrainingState, "parameters" | "trained">,
  tokens: TrainingTokens,
  config: Pick<RunConfig, "temperature" | "symmetric">,
): LossAndGradients {
  const { dense, words: trainsWords } = state.trained;
  const sides = [tokens.queries, tokens.passages];
  const { distinct, batches } = batchWords(sides, encoder.tokenizer.padId);
  const [value, gradients] = tf.tidy(() => {
    const table = parameter<tf.Tensor2D>(state.parameters, encoder.architecture.wordEmbeddings);
    const rows = gatherRows(table, tf.tensor1d(distinct, "int32")); // [distinct, width]
    // Made out here: the backward pass outlives the scope of the forward pass.
    const inputSides = sides.map((side, index) => sideTensors(side, batches[index]!));
    const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
      const parameters = new Map(state.parameters);
      for (const [index, name] of dense.entries()) parameters.set(name, inputs[index]!);
      const words = trainsWords ? (inputs[dense.length] as tf.Tensor2D) : rows;
      const [queries, passages] = inputSides.map(({ indices, segments, mask }) =>
        embedWords(encoder, parameters, expandRows(words, indices, segments), mask),
      ) as [tf.Tensor2D, tf.Tensor2D];
      return infoNce(queries, passages, tokens.items, config);
    };
    const inputs = dense.map((name) => parameter(state.parameters, name));
    const { value, grads } = tf.valueAndGrads(loss)(trainsWords ? [...inputs, rows] : inputs);
    return [value as tf.Scalar, grads] as const;
  });
  return {
    loss: value,
    dense: new Map(dense.map((name, index) => [name, gradients[index]!])),
    ...(trainsWords && {
      words: { ids: distinct, rows: gradients[dense.length] as tf.Tensor2D },
    }),
  };
}

/** What the encoder needs to know of one side of a batch, on the device. */
interface SideTensors {
  /** int32 [rows·length]: the distinct row at each position. */
  indices: tf.Tensor1D;
  segments: Segments;
  /** [rows, length] */
  mask: tf.Tensor2D;
}

function sideTensors(
  { rows, length, mask }: TokenBatch,
  { indices, order, starts }: WordIndices,
): SideTensors {
  return {
    indices: tf.tensor1d(indices, "int32"),
    segments: { order: tf.tensor1d(order, "int32"), starts: tf.tensor1d(starts, "int32") },
    mask: tf.tensor2d(mask, [rows, length]),
  };
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
  const { loss, dense, words } = lossAndGradients(encoder, state, tokens, config);
  const gradients = [...dense.values(), ...(words ? [words.rows] : [])];
  const factor = clippingFactor(gradients, config.clipNorm);
  const parameters = new Map(state.parameters);
  const moments = new Map(state.moments);

  const update = (old: tf.Tensor, gradient: tf.Tensor, oldMoments: Moments) => {
    // Decay pulls matrices towards 0; a bias or a norm's scale has no business there.
    const weightDecay = old.rank >= 2 ? config.weightDecay : 0;
    const clipped = tf.mul(gradient, factor);
    const updated = adamWUpdate(old, clipped, oldMoments, { step, learningRate, weightDecay });
    tf.dispose([clipped, gradient]);
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
