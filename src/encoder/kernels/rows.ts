/**
 * @file Rows of an embedding table: read some, add up their gradients, write
 * them back. tfjs has no sparse gradient, adds with float atomics on WebGPU
 * (not reproducible) and not at all on WASM; these three kernels work on every
 * backend, in fixed order, and touch only the rows they are given.
 */

import * as tf from "@tensorflow/tfjs-core";

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
  const operation = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc) => ({
    value: gatherRows(input as tf.Tensor2D, indices),
    gradFunc: (dy: tf.Tensor) => sumSegments(dy as tf.Tensor2D, segments),
  }));
  return operation(rows) as tf.Tensor2D;
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
