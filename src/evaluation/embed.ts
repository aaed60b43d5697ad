/** @file Texts to embeddings, in batches of equal length. */

import * as tf from "@tensorflow/tfjs-core";
import { embedTokens, type Encoder } from "../encoder/encoder";
import type { Parameters } from "../encoder/parameters";
import { bucketLength, padBatch, type TokenBatch, type Tokenizer } from "../encoder/tokenizer";

/** Told how many texts of how many are done. */
export type Progress = (done: number, total: number) => void;

/** Embeddings of several texts, row-major; each row has length 1. */
export interface Embeddings {
  width: number;
  values: Float32Array; // [texts, width]
}

/**
 * A batch holds about this many tokens: half a second on one core of WASM, so
 * that progress is seen.
 */
const tokensPerBatch = 4096;

/** Embeds one padded batch: [rows, width], row-major. */
export type BatchEmbedder = (batch: TokenBatch) => Promise<Float32Array>;

/** Embeds on this thread's backend. */
export function localEmbedder(encoder: Encoder, parameters: Parameters): BatchEmbedder {
  return async (batch) => {
    const embeddings = embedTokens(encoder, parameters, batch);
    try {
      return await embeddings.data<"float32">();
    } finally {
      tf.dispose(embeddings);
    }
  };
}

/**
 * Embeds sequences of token ids; the result keeps their order. Each of several
 * embedders takes the next batch when it is done with its last; which one takes
 * it changes nothing, as batches are the same.
 */
export async function embedSequences(
  encoder: Encoder,
  parameters: Parameters,
  sequences: readonly (readonly number[])[],
  progress: Progress = () => undefined,
  embedders: readonly BatchEmbedder[] = [localEmbedder(encoder, parameters)],
): Promise<Embeddings> {
  const width = encoder.architecture.sizes.hiddenSize;
  const values = new Float32Array(sequences.length * width);
  // Longest first, so that embedders end together.
  const waiting = lengthBatches(sequences, encoder.tokenizer).reverse();
  let done = 0;
  progress(0, sequences.length);
  const work = async (embed: BatchEmbedder): Promise<void> => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const texts = batch.map((index) => sequences[index]!);
      const rows = await embed(padBatch(texts, encoder.tokenizer));
      for (const [row, index] of batch.entries()) {
        values.set(rows.subarray(row * width, (row + 1) * width), index * width);
      }
      done += batch.length;
      progress(done, sequences.length);
    }
  };
  await Promise.all(embedders.map(work));
  return { width, values };
}

/**
 * Indices of the sequences, in groups that pad to one bucket. Sizes of groups
 * are powers of two, so that buffers come in few sizes and no row is wasted.
 */
function lengthBatches(
  sequences: readonly (readonly number[])[],
  { maximumLength }: Tokenizer,
): number[][] {
  const buckets = new Map<number, number[]>();
  for (const [index, { length }] of sequences.entries()) {
    const bucket = bucketLength(length, maximumLength);
    const indices = buckets.get(bucket) ?? [];
    indices.push(index);
    buckets.set(bucket, indices);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .flatMap(([length, indices]) => powerOfTwoGroups(indices, tokensPerBatch / length));
}

/** Cuts a list into groups of the largest powers of two that fit, none above `most`. */
function powerOfTwoGroups<T>(list: readonly T[], most: number): T[][] {
  const groups: T[][] = [];
  for (let start = 0; start < list.length;) {
    const room = Math.max(1, Math.min(most, list.length - start));
    const size = 2 ** Math.floor(Math.log2(room));
    groups.push(list.slice(start, start + size));
    start += size;
  }
  return groups;
}
