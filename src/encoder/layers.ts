/** @file The layers of a transformer encoder: functions of (parameters, input). */

import * as tf from "@tensorflow/tfjs-core";
import { type Parameters, parameter } from "./parameters";

/**
 * x · Wᵀ + b.
 *
 * @param x [n, in]
 * @param name prefix of `.weight` [out, in] and `.bias` [out], as PyTorch stores them
 * @returns [n, out]
 */
export function linear(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = parameter<tf.Tensor2D>(parameters, `${name}.weight`);
  const bias = parameter<tf.Tensor1D>(parameters, `${name}.bias`);
  return tf.tidy(() => tf.add(tf.matMul(x, weight, false, true), bias));
}

/**
 * Layer normalisation over the last axis (arXiv 1607.06450).
 *
 * @param x [n, width]
 * @param name prefix of `.weight` [width] and `.bias` [width]
 */
export function layerNorm(
  parameters: Parameters,
  name: string,
  x: tf.Tensor2D,
  epsilon: number,
): tf.Tensor2D {
  const weight = parameter<tf.Tensor1D>(parameters, `${name}.weight`);
  const bias = parameter<tf.Tensor1D>(parameters, `${name}.bias`);
  return tf.tidy(() => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true); // [n, 1]
    const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normalized, weight), bias);
  });
}

/** GELU with the error function, as BERT's `gelu` (arXiv 1606.08415). */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  const operation = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc, save) => {
    const value = input as tf.Tensor2D;
    const cumulative = tf.tidy(() => tf.mul(tf.add(tf.erf(tf.mul(value, Math.SQRT1_2)), 1), 0.5));
    (save as tf.GradSaveFunc)([value, cumulative]);
    return {
      value: tf.mul(value, cumulative),
      // Φ(x) + x·φ(x): the saved Φ spares a second erf.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [at, phi] = saved as [tf.Tensor, tf.Tensor];
          const density = tf.mul(tf.exp(tf.mul(tf.square(at), -0.5)), 1 / Math.sqrt(2 * Math.PI));
          return tf.mul(dy, tf.add(phi, tf.mul(at, density)));
        }),
    };
  });
  return operation(x) as tf.Tensor2D;
}

/** How attention is cut into heads, and what it may look at. */
export interface AttentionShape {
  rows: number;
  length: number;
  heads: number;
  /** [rows, 1, 1, length]: 0 for a token, a large negative number for padding. */
  bias: tf.Tensor4D;
}

/**
 * Multi-head self-attention with its output projection (arXiv 1706.03762,
 * section 3.2.2).
 *
 * @param x [rows·length, width]
 * @param name prefix of `self.{query,key,value}` and `output.dense`
 * @returns [rows·length, width]
 */
export function attention(
  parameters: Parameters,
  name: string,
  x: tf.Tensor2D,
  { rows, length, heads, bias }: AttentionShape,
): tf.Tensor2D {
  return tf.tidy((): tf.Tensor2D => {
    const width = x.shape[1];
    const size = width / heads;
    const split = (part: string): tf.Tensor4D => {
      const projected = linear(parameters, `${name}.self.${part}`, x);
      const parts = tf.reshape(projected, [rows, length, heads, size]); // [rows, length, heads, size]
      return tf.transpose<tf.Tensor4D>(parts as tf.Tensor4D, [0, 2, 1, 3]); // [rows, heads, length, size]
    };
    const [query, key, value] = [split("query"), split("key"), split("value")];
    const similarity = tf.matMul(query, key, false, true); // [rows, heads, length, length]
    const scaled = tf.add(tf.mul(similarity, 1 / Math.sqrt(size)), bias);
    const mixed = tf.matMul(tf.softmax(scaled), value); // [rows, heads, length, size]
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * length, width]);
    return linear(parameters, `${name}.output.dense`, joined as tf.Tensor2D);
  });
}
