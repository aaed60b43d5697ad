/** @file Texts to embeddings, in batches of equal length. */

import * as tf from "@tensorflow/tfjs-core";
import { embedTokens, type Encoder } from "../encoder/encoder";
import type { Parameters } from "../encoder/parameters";
import { bucketLength, padBatch, type Tokenizer } from "../encoder/tokenizer";

/** Told how many texts of how many are done. */
export type Progress = (done: number, total: number) => void;

/** Embeddings of several texts, row-major; each row has length 1. */
export interface Embeddings {
  width: number;
  values: Float32Array; // [texts, width]
}

/**
 * A batch holds about this many tokens: enough to fill a small GPU, and a few
 * hundred milliseconds on WASM, so that progress is seen and a pause is felt.
 */
const tokensPerBatch = 4096;

/** Embeds sequences of token ids; the result keeps their order. */
export async function embedSequences(
  encoder: Encoder,
  parameters: Parameters,
  sequences: readonly (readonly number[])[],
  progress: Progress = () => undefined,
): Promise<Embeddings> {
  const width = encoder.architecture.sizes.hiddenSize;
  const values = new Float32Array(sequences.length * width);
  let done = 0;
  progress(0, sequences.length);
  for (const batch of lengthBatches(sequences, encoder.tokenizer)) {
    const padded = padBatch(
      batch.map((index) => sequences[index]!),
      encoder.tokenizer,
      powerOfTwoFrom(batch.length),
    );
    const embeddings = embedTokens(encoder, parameters, padded);
    try {
      const rows = await embeddings.data<"float32">();
      for (const [row, index] of batch.entries()) {
        values.set(rows.subarray(row * width, (row + 1) * width), index * width);
      }
    } finally {
      tf.dispose(embeddings);
    }
    done += batch.length;
    progress(done, sequences.length);
  }
  return { width, values };
}

/** Indices of the sequences, grouped so that each group pads to one bucket. */
function lengthBatches(
  sequences: readonly (readonly number[])[],
  { maximumLength }: Tokenizer,
): number[][] {
  const bucketOf = (index: number) => bucketLength(sequences[index]!.length, maximumLength);
  const sorted = [...sequences.keys()].sort((a, b) => bucketOf(a) - bucketOf(b) || a - b);
  const batches: number[][] = [];
  for (const index of sorted) {
    const open = batches.at(-1);
    const fits =
      open !== undefined &&
      bucketOf(open[0]!) === bucketOf(index) &&
      (open.length + 1) * bucketOf(index) <= tokensPerBatch;
    if (fits) open.push(index);
    else batches.push([index]);
  }
  return batches;
}

/** Rows are filled up to a power of two, so that buffers come in few sizes. */
function powerOfTwoFrom(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
