/** @file What a step differentiates by, and the embeddings of a batch as a function of it. */

import * as tf from "@tensorflow/tfjs-core";
import { embedWords, type Encoder } from "../encoder/encoder";
import { expandRows, gatherRows, type Segments } from "../encoder/kernels/rows";
import { parameter } from "../encoder/parameters";
import type { TokenBatch } from "../encoder/tokenizer";
import type { TrainingState } from "./state";
import type { LossAndGradients } from "./step";
import type { TrainedParameters } from "./trained";
import type { WordIndices } from "./words";

/** Token ids of one batch or of several, one after another, on the device. */
export interface BatchTensors {
  /** int32 [tokens]: the distinct row at each position. */
  indices: tf.Tensor1D;
  segments: Segments;
  /** [rows, length] of each batch. */
  masks: tf.Tensor2D[];
}

/** @param words of the tokens of all batches */
export function batchTensors(
  batches: readonly TokenBatch[],
  { indices, order, starts }: WordIndices,
): BatchTensors {
  return {
    indices: tf.tensor1d(indices, "int32"),
    segments: { order: tf.tensor1d(order, "int32"), starts: tf.tensor1d(starts, "int32") },
    masks: batches.map(({ rows, length, mask }) => tf.tensor2d(mask, [rows, length])),
  };
}

export interface TrainedInputs {
  /** The parameters that are updated whole, then the rows of the word embeddings where they train. */
  values: tf.Tensor[];
  /** Embeddings of all texts, [rows, width], with other tensors in the place of `values`. */
  embed(values: readonly tf.Tensor[], batch: BatchTensors): tf.Tensor2D;
}

/** @param distinct ids of the rows of the word embeddings that are in the batch */
export function trainedInputs(
  encoder: Pick<Encoder, "architecture">,
  { parameters, trained }: Pick<TrainingState, "parameters" | "trained">,
  distinct: Int32Array,
): TrainedInputs {
  const { dense, words: trainsWords } = trained;
  const table = parameter<tf.Tensor2D>(parameters, encoder.architecture.wordEmbeddings);
  const rows = gatherRows(table, tf.tensor1d(distinct, "int32")); // [distinct, width]
  const whole = dense.map((name) => parameter(parameters, name));
  return {
    values: trainsWords ? [...whole, rows] : whole,
    embed(values, { indices, segments, masks }) {
      const given = new Map(parameters);
      for (const [index, name] of dense.entries()) given.set(name, values[index]!);
      const words = trainsWords ? (values[dense.length] as tf.Tensor2D) : rows;
      return embedWords(encoder, given, expandRows(words, indices, segments), masks);
    },
  };
}

/** Gradients in the order of `TrainedInputs.values`, by name. */
export function namedGradients(
  { dense, words: trainsWords }: TrainedParameters,
  distinct: Int32Array,
  gradients: readonly tf.Tensor[],
): Omit<LossAndGradients, "loss"> {
  return {
    dense: new Map(dense.map((name, index) => [name, gradients[index]!])),
    ...(trainsWords && {
      words: { ids: distinct, rows: gradients[dense.length] as tf.Tensor2D },
    }),
  };
}
