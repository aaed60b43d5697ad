/** @file The sum of the squares of all numbers of several tensors: the norm of a gradient, squared. */

import * as tf from "@tensorflow/tfjs-core";
import { hasKernel } from "./register";

export const SumSquares = "SumSquares";

/** Σ x² over all numbers of all tensors; no gradient. */
export function sumSquares(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (!hasKernel(SumSquares)) return plainSumSquares(tensors);
  return tf.tidy(() => {
    const inputs = Object.fromEntries(tensors.map((tensor, index) => [`x${index}`, tensor]));
    const parts = tf.engine().runKernel<tf.Tensor1D[]>(SumSquares, inputs, {
      tensors: tensors.length,
    });
    return tf.sum(parts.length === 1 ? parts[0]! : tf.concat(parts));
  });
}

/** The reference. */
export function plainSumSquares(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const squares = tensors.map((tensor) => tf.reshape(tf.sum(tf.square(tensor)), [1]));
    // Not `addN`, which binds all its inputs at once: more than WebGPU allows.
    return tf.sum(tf.concat(squares));
  });
}
