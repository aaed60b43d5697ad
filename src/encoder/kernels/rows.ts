/**
 * @file Rows of an embedding table: read some, add up their gradients, write
 * them back. tfjs has no sparse gradient, adds with float atomics on WebGPU
 * (not reproducible) and not at all on WASM; these three kernels work on every
 * backend, in fixed order, and touch only the rows they are given.
 */

import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./register";

export const GatherRows = "GatherRows";
export const SumSegments = "SumSegments";
export const ScatterRows = "ScatterRows";

/**
 * Which positions of a batch hold each row: positions `order[starts[r]]` …
 * `order[starts[r + 1] - 1]` hold row r, in rising order.
 */
export interface Segments {
  /** int32 [positions]; entries past the last segment are not used. */
  order: tf.Tensor1D;
  /** int32 [rows + 1]. */
  starts: tf.Tensor1D;
}

/** Rows of `table` [rows, width] at `indices` int32 [n]; → [n, width]. No gradient. */
export function gatherRows(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  return tf.engine().runKernel(GatherRows, { table, indices });
}

/**
 * Rows of `rows` [rows, width] at `indices` int32 [n]; → [n, width]. The
 * gradient of each row is the sum over its segment, added in rising order of
 * position, so that equal batches give equal bits.
 */
export function expandRows(
  rows: tf.Tensor2D,
  indices: tf.Tensor1D,
  segments: Segments,
): tf.Tensor2D {
  return differentiable(
    [rows],
    () => ({
      value: gatherRows(rows, indices),
      // Saved, since the backward pass may outlive the scope in which they were made.
      saved: [segments.order, segments.starts],
    }),
    (dy, [order, starts]) => [
      sumSegments(dy as tf.Tensor2D, {
        order: order as tf.Tensor1D,
        starts: starts as tf.Tensor1D,
      }),
    ],
  );
}

/**
 * The first `length` rows of `rows`, `count` times over, for each of `blocks`
 * [count, length]; → [Σ count·length, width]. A row's gradient is the sum over
 * its repeats in their order.
 */
export function repeatRows(
  rows: tf.Tensor2D,
  blocks: readonly (readonly [count: number, length: number])[],
): tf.Tensor2D {
  const indices = blocks.flatMap(([count, length]) =>
    Array.from({ length: count * length }, (_, place) => place % length),
  );
  const positions: number[][] = Array.from({ length: rows.shape[0] }, () => []);
  for (const [position, row] of indices.entries()) positions[row]!.push(position);
  const starts = [0];
  for (const { length } of positions) starts.push(starts.at(-1)! + length);
  const int32 = (values: number[]) => tf.tensor1d(values, "int32");
  return expandRows(rows, int32(indices), {
    order: int32(positions.flat()),
    starts: int32(starts),
  });
}

/** Sums of the rows of `values` [n, width] over each segment; → [segments, width]. */
export function sumSegments(values: tf.Tensor2D, { order, starts }: Segments): tf.Tensor2D {
  return tf.engine().runKernel(SumSegments, { values, order, starts });
}

/**
 * Writes `rows` [n, width] into `table` [rows, width] at `indices`, in place:
 * copying the table would cost more than the whole step. No gradient may be
 * taken through a table written to. Equal indices must carry equal rows.
 */
export function scatterRows(table: tf.Tensor2D, indices: tf.Tensor1D, rows: tf.Tensor2D): void {
  tf.tidy(() => {
    tf.engine().runKernel(ScatterRows, { table, indices, rows });
  });
}
