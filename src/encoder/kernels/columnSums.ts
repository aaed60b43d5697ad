/** @file Sums of some columns of a matrix, side by side: the gradient of a bias. No gradient of its own. */

import * as tf from "@tensorflow/tfjs-core";

export const ColumnSums = "ColumnSums";

/** Which columns: `width` of them from column `from` on. */
export interface ColumnRange {
  from: number;
  width: number;
}

/** Sums of columns of x [n, …]; → [width]. Only for gradients of fused kernels, on whose backends it is. */
export function columnSums(x: tf.Tensor, { from, width }: ColumnRange): tf.Tensor1D {
  return tf.engine().runKernel(ColumnSums, { x }, { from, width });
}
