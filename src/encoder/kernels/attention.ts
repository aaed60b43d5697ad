/** @file Multi-head scaled dot-product attention (arXiv 1706.03762, section 3.2). */

import * as tf from "@tensorflow/tfjs-core";
import { differentiable, hasKernel } from "./register";

export const Attention = "Attention";
export const AttentionGradient = "AttentionGradient";

/** How attention is cut into heads, and what it may look at. */
export interface AttentionShape {
  rows: number;
  length: number;
  heads: number;
  /** [rows, 1, 1, length]: 0 for a token, a large negative number for padding. */
  bias: tf.Tensor4D;
}

/**
 * softmax(q · kᵀ / √size + bias) · v of each row and head.
 *
 * @param projected [rows·length, 3·width]: queries, keys and values side by side
 * @returns [rows·length, width]
 */
export function attend(projected: tf.Tensor2D, shape: AttentionShape): tf.Tensor2D {
  const { rows, length, heads, bias } = shape;
  const [tokens, joined] = projected.shape;
  if (tokens !== rows * length || joined % (3 * heads) !== 0 || bias.size !== tokens) {
    throw new RangeError(
      `attention over ${rows} times ${length} tokens by ${heads} heads, ` +
        `of [${projected.shape.join(", ")}] with a bias of [${bias.shape.join(", ")}]`,
    );
  }
  if (!hasKernel(Attention)) return plainAttend(projected, shape);
  // Nothing to differentiate, nothing to keep: the probabilities then need no memory of their own.
  const keep = tf.engine().state.gradientDepth > 0;
  const attributes = { rows, length, heads, keep };
  return differentiable(
    [projected],
    () => {
      const [value, ...kept] = tf
        .engine()
        .runKernel<tf.Tensor[]>(Attention, { projected, bias }, attributes);
      return { value: value as tf.Tensor2D, saved: [projected, bias, ...kept] };
    },
    (dy, [from, keyBias, probabilities]) => {
      // Kept where memory is cheap; else they are computed again.
      const kept = probabilities && { probabilities };
      const inputs = { dy, projected: from!, bias: keyBias!, ...kept };
      return [tf.engine().runKernel(AttentionGradient, inputs, attributes)];
    },
  );
}

/** The reference. */
export function plainAttend(
  projected: tf.Tensor2D,
  { rows, length, heads, bias }: AttentionShape,
): tf.Tensor2D {
  return tf.tidy(() => {
    const width = projected.shape[1] / 3;
    const size = width / heads;
    const split = (part: tf.Tensor2D): tf.Tensor4D => {
      const parts = tf.reshape(part, [rows, length, heads, size]); // [rows, length, heads, size]
      return tf.transpose<tf.Tensor4D>(parts as tf.Tensor4D, [0, 2, 1, 3]); // [rows, heads, length, size]
    };
    const [query, key, value] = tf.split<tf.Tensor2D>(projected, 3, 1).map(split) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const similarity = tf.matMul(query, key, false, true); // [rows, heads, length, length]
    const scaled = tf.add(tf.mul(similarity, 1 / Math.sqrt(size)), bias);
    const mixed = tf.matMul(tf.softmax(scaled), value); // [rows, heads, length, size]
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * length, width]);
  });
}
