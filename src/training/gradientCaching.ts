/**
 * @file Gradient caching (arXiv 2101.06983): the gradient of a batch whose
 * activations do not fit in memory together.
 *
 * This is not gradient accumulation, which adds up the gradients of several
 * small batches. InfoNCE takes its negatives from the batch: in a small batch
 * each query meets few of them, and no sum of small batches' losses is the loss
 * of a large one. Here every query meets all passages of the large batch; only
 * the encoding is done in chunks.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Encoder } from "../encoder/encoder";
import { padBatch, type TokenBatch, type Tokenizer } from "../encoder/tokenizer";
import type { RunConfig } from "./config";
import { infoNce, type InfoNceOptions } from "./losses/infoNce";
import type { TrainingState } from "./state";
import type { LossAndGradients, TrainingTokens } from "./step";
import { batchTensors, namedGradients, trainedInputs } from "./trainedInputs";
import { batchWords } from "./words";

/**
 * Whether a batch is encoded in chunks: where it has more texts than are to be in one pass.
 * @throws {RangeError} where `chunkSize` is not a number of texts.
 */
export function isChunked(
  { chunkSize = 0 }: Pick<RunConfig, "chunkSize">,
  { items }: Pick<TrainingTokens, "items">,
): boolean {
  if (!Number.isInteger(chunkSize) || chunkSize < 0) {
    throw new RangeError(
      `chunk size ${chunkSize}: give a whole number of texts, or 0 for the whole batch at once`,
    );
  }
  return chunkSize > 0 && chunkSize < 2 * items.length;
}

/**
 * Loss of a batch and its gradient by every trained parameter: those of
 * `lossAndGradients` but for rounding, with the activations of no more than
 * `chunkSize` texts in memory at a time.
 *
 * A first pass encodes chunk by chunk and keeps the embeddings alone; the loss
 * of all of them gives the gradient of each. A second pass encodes each chunk
 * again, and takes that gradient back to the parameters: it differentiates the
 * sum of embedding × gradient. Nothing in the encoder is drawn at random, so
 * both passes see the same embeddings. Gradients are added up in the order of
 * the chunks, so that equal batches give equal bits.
 */
export function cachedLossAndGradients(
  encoder: Encoder,
  state: Pick<TrainingState, "parameters" | "trained">,
  tokens: TrainingTokens,
  config: InfoNceOptions & { chunkSize: number },
): LossAndGradients {
  const { tokenizer } = encoder;
  const [queries, passages] = [tokens.queries, tokens.passages].map((side) =>
    chunksOf(side, config.chunkSize, tokenizer),
  ) as [TokenBatch[], TokenBatch[]];
  const chunks = [...queries, ...passages];
  const { distinct, batches } = batchWords(chunks, tokenizer.padId);
  const [loss, gradients] = tf.tidy(() => {
    const { values, embed } = trainedInputs(encoder, state, distinct);
    const onDevice = (index: number) => batchTensors([chunks[index]!], batches[index]!);
    const embeddings = chunks.map((_, index) => tf.tidy(() => embed(values, onDevice(index))));
    const lossOf = (...given: tf.Tensor[]): tf.Scalar => {
      const [ofQueries, ofPassages] = [given.slice(0, queries.length), given.slice(queries.length)];
      return infoNce(joined(ofQueries), joined(ofPassages), tokens.items, config);
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(embeddings);
    tf.dispose(embeddings);

    let sums: tf.Tensor[] | undefined;
    for (const [index, gradient] of grads.entries()) {
      const ofChunk = tf.tidy(() => {
        const chunk = onDevice(index);
        return tf.grads((...given) => embed(given, chunk))(values, gradient);
      });
      gradient.dispose();
      sums = sums ? added(sums, ofChunk) : ofChunk;
    }
    return [value as tf.Scalar, sums!] as const;
  });
  return { loss, ...namedGradients(state.trained, distinct, gradients) };
}

/** The rows of a batch in groups of at most `size`, each padded to its own longest text. */
export function chunksOf(batch: TokenBatch, size: number, tokenizer: Tokenizer): TokenBatch[] {
  const { rows, length, ids, mask } = batch;
  const sequences = Array.from({ length: rows }, (_, row) => {
    const tokens = mask.subarray(row * length, (row + 1) * length).indexOf(0);
    return [...ids.subarray(row * length, row * length + (tokens < 0 ? length : tokens))];
  });
  return Array.from({ length: Math.ceil(rows / size) }, (_, chunk) =>
    padBatch(sequences.slice(chunk * size, (chunk + 1) * size), tokenizer),
  );
}

/** [rows, width] each → [all rows, width] */
function joined(embeddings: tf.Tensor[]): tf.Tensor2D {
  return tf.concat(embeddings as tf.Tensor2D[]);
}

/** Sums, pair by pair; both lists are given up. */
function added(sums: tf.Tensor[], more: tf.Tensor[]): tf.Tensor[] {
  return sums.map((sum, index) => {
    const other = more[index]!;
    const total = tf.add(sum, other);
    tf.dispose([sum, other]);
    return total;
  });
}
