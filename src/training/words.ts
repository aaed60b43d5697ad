/** @file The distinct tokens of a training batch: only their rows of the word embeddings train. */

import type { TokenBatch } from "../encoder/tokenizer";

/** Tokens in their order, and which are padding. */
export type BatchTokens = Pick<TokenBatch, "ids" | "mask">;

/** The tokens of several batches, one after another. */
export function joinedTokens(batches: readonly BatchTokens[]): BatchTokens {
  return {
    ids: Int32Array.from(batches.flatMap(({ ids }) => [...ids])),
    mask: Float32Array.from(batches.flatMap(({ mask }) => [...mask])),
  };
}

/** A batch's tokens as positions in its list of distinct rows. */
export interface WordIndices {
  /** [rows·length]: which distinct row each position holds. */
  indices: Int32Array;
  /** [rows·length]: positions by row, in rising order; padding is left out. */
  order: Int32Array;
  /** [distinct + 1]: where each row's positions start in `order`. */
  starts: Int32Array;
}

/** The rows that one step reads and writes. */
export interface BatchWords {
  /** Token ids, each once, filled up with the padding token to one of a few sizes. */
  distinct: Int32Array;
  /** Aligned with the batches given. */
  batches: WordIndices[];
}

/** Numbers of rows are multiples of this, so that few shapes of GPU buffers are made. */
const rowsBucket = 512;

export function batchWords(batches: readonly BatchTokens[], padId: number): BatchWords {
  // The padding token comes first, so that it fills up the list without adding a row.
  const rowOf = new Map<number, number>([[padId, 0]]);
  for (const { ids } of batches) {
    for (const id of ids) if (!rowOf.has(id)) rowOf.set(id, rowOf.size);
  }
  const size = Math.ceil(rowOf.size / rowsBucket) * rowsBucket;
  const distinct = new Int32Array(size).fill(padId);
  for (const [id, row] of rowOf) distinct[row] = id;
  return { distinct, batches: batches.map((batch) => wordIndices(batch, rowOf, size)) };
}

/** Counting sort of the positions by row: linear, and the order is fixed. */
function wordIndices(
  { ids, mask }: BatchTokens,
  rowOf: ReadonlyMap<number, number>,
  rows: number,
): WordIndices {
  const indices = Int32Array.from(ids, (id) => rowOf.get(id)!);
  // Padding is masked out, so its gradient is 0; where a text spells the padding token, it is
  // held at 0: the rows that fill up the list are that token too, and all must be updated alike.
  const trains = (position: number, row: number) => mask[position] === 1 && row > 0;
  const starts = new Int32Array(rows + 1);
  for (const [position, row] of indices.entries()) {
    if (trains(position, row)) starts[row + 1]! += 1;
  }
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  const order = new Int32Array(ids.length);
  for (const [position, row] of indices.entries()) {
    if (trains(position, row)) order[next[row]!++] = position;
  }
  return { indices, order, starts };
}
