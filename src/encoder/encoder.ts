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
 * Embeddings of a batch or of several at once, each of length 1. Together, all
 * but attention is one operation where there would be one a batch.
 *
 * @param words [tokens, width]: word embeddings, the rows·length of each batch
 *   after those of the one before; looked up by the caller, who knows whether
 *   they need a gradient
 * @param masks [rows, length] of each batch; 1 for a token, 0 for padding
 * @returns [all rows, width]
 */
export function embedWords(
  { architecture }: Pick<Encoder, "architecture">,
  parameters: Parameters,
  words: tf.Tensor2D,
  masks: readonly tf.Tensor2D[],
): tf.Tensor2D {
  return tf.tidy(() => {
    const pooled = pooledTexts(architecture.hiddenStates(parameters, words, masks), masks);
    if (!parameters.has(projectionName)) return normalizeRows(pooled);
    const projection = parameter<tf.Tensor2D>(parameters, projectionName);
    return normalizeRows(tf.matMul(pooled, projection, false, true));
  });
}

/** Mean of the hidden states [tokens, width] of each text; → [all rows, width]. */
function pooledTexts(states: tf.Tensor2D, masks: readonly tf.Tensor2D[]): tf.Tensor2D {
  const width = states.shape[1];
  const sizes = masks.map(({ size }) => size);
  const batches = masks.length === 1 ? [states] : tf.split(states, sizes); // [rows·length, width] each
  const pooled = batches.map((batch, index) => {
    const mask = masks[index]!;
    return meanPooling(tf.reshape(batch, [...mask.shape, width]), mask); // [rows, width]
  });
  return pooled.length === 1 ? pooled[0]! : tf.concat(pooled);
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
    return embedWords(encoder, parameters, words, [mask]);
  });
}
