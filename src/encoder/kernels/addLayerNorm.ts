/** @file Layer normalisation over the last axis (arXiv 1607.06450), of a sum. */

import * as tf from "@tensorflow/tfjs-core";
import { differentiable, hasKernel } from "./register";

export const AddLayerNorm = "AddLayerNorm";
export const AddLayerNormGradients = "AddLayerNormGradients";

export interface AddLayerNormOptions {
  /** [width] */
  weight: tf.Tensor1D;
  /** [width] */
  bias: tf.Tensor1D;
  epsilon: number;
}

/**
 * norm(x + residual) · weight + bias.
 *
 * @param x [n, width]
 * @param residual [m, width], repeated n / m times
 * @returns [n, width]
 */
export function addLayerNorm(
  x: tf.Tensor2D,
  residual: tf.Tensor2D,
  options: AddLayerNormOptions,
): tf.Tensor2D {
  const { weight, bias, epsilon } = options;
  const [rows, width] = x.shape;
  const isRepeatable = residual.shape[1] === width && rows % residual.shape[0] === 0;
  if (!isRepeatable || weight.shape[0] !== width || bias.shape[0] !== width) {
    const shapes = [x, residual, weight, bias].map(({ shape }) => `[${shape.join(", ")}]`);
    throw new RangeError(`a layer norm of ${shapes[0]} and ${shapes.slice(1).join(", ")}`);
  }
  if (!hasKernel(AddLayerNorm)) return plainAddLayerNorm(x, residual, options);
  return differentiable(
    [x, residual, weight, bias],
    () => ({
      value: tf
        .engine()
        .runKernel<tf.Tensor2D>(AddLayerNorm, { x, residual, weight, bias }, { epsilon }),
      saved: [x, residual, weight],
    }),
    (dy, saved) => {
      const [ofX, ofResidual, ofWeight] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
      const inputs = { dy, x: ofX, residual: ofResidual, weight: ofWeight };
      const [dx, dWeight, dBias] = tf
        .engine()
        .runKernel<tf.Tensor[]>(AddLayerNormGradients, inputs, { epsilon }) as [
        tf.Tensor2D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      return [dx, sumRepeats(dx, ofResidual.shape[0]), dWeight, dBias];
    },
  );
}

/** The reference. */
export function plainAddLayerNorm(
  x: tf.Tensor2D,
  residual: tf.Tensor2D,
  { weight, bias, epsilon }: AddLayerNormOptions,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [count, width] = residual.shape;
    const groups = tf.reshape(x, [-1, count, width]); // [n / m, m, width]
    const sum = tf.reshape(tf.add(groups, residual), x.shape); // [n, width]
    const centered = tf.sub(sum, tf.mean(sum, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true); // [n, 1]
    const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normalized, weight), bias);
  });
}

/** The gradient of what was repeated: the sum over its repeats. */
function sumRepeats(dx: tf.Tensor2D, count: number): tf.Tensor2D {
  const [rows, width] = dx.shape;
  if (count === rows) return dx;
  return tf.tidy(() => {
    const repeats = tf.reshape(dx, [rows / count, count * width]);
    return tf.reshape(tf.sum(repeats, 0), [count, width]);
  });
}
