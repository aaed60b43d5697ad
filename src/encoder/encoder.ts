/** @file An encoder: texts in, embeddings of length 1 out. */

import * as tf from "@tensorflow/tfjs-core";
import type { Architecture } from "./architectures";
import { gatherRows } from "./kernels/rows";
import { type Parameters, parameter } from "./parameters";
import { meanPooling, normalizeRows } from "./pooling";
import type { TokenBatch, Tokenizer } from "./tokenizer";

/** What does not change while an encoder trains; its parameters stand apart. */
export interface Encoder {
  architecture: Architecture;
  tokenizer: Tokenizer;
}

/** The linear map on top of the pooled hidden states, where a run trains one; [width, width]. */
export const projectionName = "projection.weight";

/**
 * Embeddings of a batch, each of length 1.
 *
 * @param words [rows·length, width]: word embeddings, looked up by the caller,
 *   who knows whether they need a gradient
 * @param mask [rows, length]; 1 for a token, 0 for padding
 * @returns [rows, width]
 */
export function embedWords(
  { architecture }: Pick<Encoder, "architecture">,
  parameters: Parameters,
  words: tf.Tensor2D,
  mask: tf.Tensor2D,
): tf.Tensor2D {
  return tf.tidy(() => {
    const pooled = meanPooling(architecture.hiddenStates(parameters, words, mask), mask);
    if (!parameters.has(projectionName)) return normalizeRows(pooled);
    const projection = parameter<tf.Tensor2D>(parameters, projectionName);
    return normalizeRows(tf.matMul(pooled, projection, false, true));
  });
}

/** Embeddings of a batch of token ids; [rows, width]. No gradient reaches the word embeddings. */
export function embedTokens(
  encoder: Pick<Encoder, "architecture">,
  parameters: Parameters,
  batch: TokenBatch,
): tf.Tensor2D {
  return tf.tidy(() => {
    const table = parameter<tf.Tensor2D>(parameters, encoder.architecture.wordEmbeddings);
    const words = gatherRows(table, tf.tensor1d(batch.ids, "int32"));
    const mask = tf.tensor2d(batch.mask, [batch.rows, batch.length]);
    return embedWords(encoder, parameters, words, mask);
  });
}
