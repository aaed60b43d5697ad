/** @file Layer normalisation over the last axis (arXiv 1607.06450), of a sum. */

import * as tf from "@tensorflow/tfjs-core";
import { columnSums } from "./columnSums";
import { hasKernel, registerGradients } from "./register";

export const AddLayerNorm = "AddLayerNorm";
export const AddLayerNormInputGradient = "AddLayerNormInputGradient";
export const AddLayerNormWeightGradient = "AddLayerNormWeightGradient";

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
  return tf
    .engine()
    .runKernel<tf.Tensor2D>(AddLayerNorm, { x, residual, weight, bias }, { epsilon });
}

registerGradients(
  AddLayerNorm,
  ["x", "residual", "weight"],
  (dy, [x, residual, weight], attributes) => {
    const inputs = { dy, x: x!, residual: residual!, weight: weight! };
    const [count, width] = residual!.shape as [number, number];
    let known: tf.Tensor2D | undefined;
    /** x and the residual share it; whoever asks first computes it. */
    const ofInput = (): tf.Tensor2D => {
      if (known) return tf.clone(known);
      known = tf.engine().runKernel<tf.Tensor2D>(AddLayerNormInputGradient, inputs, attributes);
      return known;
    };
    return {
      x: ofInput,
      residual: () => sumRepeats(ofInput(), count),
      weight: () => tf.engine().runKernel(AddLayerNormWeightGradient, inputs, attributes),
      bias: () => columnSums(dy, { from: 0, width }),
    };
  },
);

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
