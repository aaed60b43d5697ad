/** @file Multi-head scaled dot-product attention (arXiv 1706.03762, section 3.2). */

import * as tf from "@tensorflow/tfjs-core";
import { differentiable, hasKernel, numbered } from "./register";

export const Attention = "Attention";
export const AttentionGradient = "AttentionGradient";

/** How attention is cut into batches of texts and into heads. */
export interface AttentionShape {
  heads: number;
  /** One after another, in the order of their tokens. */
  batches: readonly AttentionBatch[];
}

/** Texts of one length, and what they may look at. */
export interface AttentionBatch {
  rows: number;
  length: number;
  /** [rows, 1, 1, length]: 0 for a token, a large negative number for padding. */
  bias: tf.Tensor4D;
}

/**
 * softmax(q · kᵀ / √size + bias) · v of each row and head.
 *
 * @param projected [tokens, 3·width]: queries, keys and values side by side, the
 *   rows·length tokens of each batch after those of the one before
 * @returns [tokens, width]
 */
export function attend(projected: tf.Tensor2D, shape: AttentionShape): tf.Tensor2D {
  const { heads, batches } = shape;
  requireFit(projected, shape);
  if (!hasKernel(Attention)) return plainAttend(projected, shape);
  // Nothing to differentiate, nothing to keep: the probabilities then need no memory of their own.
  const keep = tf.engine().state.gradientDepth > 0;
  const [rows, lengths] = [batches.map((batch) => batch.rows), batches.map(({ length }) => length)];
  const attributes = { rows, lengths, heads, keep };
  const biases = batches.map(({ bias }) => bias);
  return differentiable(
    [projected],
    () => {
      const inputs = { projected, ...numbered("bias", biases) };
      const [value, ...kept] = tf.engine().runKernel<tf.Tensor[]>(Attention, inputs, attributes);
      return { value: value as tf.Tensor2D, saved: [projected, ...biases, ...kept] };
    },
    (dy, [from, ...rest]) => {
      const keyBiases = numbered("bias", rest.slice(0, batches.length));
      // Kept where memory is cheap; else they are computed again.
      const kept = numbered("probabilities", rest.slice(batches.length));
      const inputs = { dy, projected: from!, ...keyBiases, ...kept };
      return [tf.engine().runKernel(AttentionGradient, inputs, attributes)];
    },
  );
}

function requireFit(projected: tf.Tensor2D, { heads, batches }: AttentionShape): void {
  const [tokens, joined] = projected.shape;
  const counted = batches.reduce((sum, { rows, length }) => sum + rows * length, 0);
  const fits = batches.every(({ rows, length, bias }) => bias.size === rows * length);
  if (tokens === counted && joined % (3 * heads) === 0 && fits) return;
  const sizes = batches.map(({ rows, length }) => `${rows} times ${length}`).join(" and ");
  const shapes = batches.map(({ bias }) => `[${bias.shape.join(", ")}]`).join(" and ");
  throw new RangeError(
    `attention over ${sizes} tokens by ${heads} heads, ` +
      `of [${projected.shape.join(", ")}] with a bias of ${shapes}`,
  );
}

/** The reference. */
export function plainAttend(
  projected: tf.Tensor2D,
  { heads, batches }: AttentionShape,
): tf.Tensor2D {
  return tf.tidy(() => {
    let first = 0;
    const mixed = batches.map((batch) => {
      const tokens = batch.rows * batch.length;
      const own = batches.length === 1 ? projected : tf.slice(projected, [first, 0], [tokens, -1]);
      first += tokens;
      return plainAttendBatch(own, heads, batch); // [rows·length, width]
    });
    return mixed.length === 1 ? mixed[0]! : tf.concat(mixed); // [tokens, width]
  });
}

function plainAttendBatch(
  projected: tf.Tensor2D,
  heads: number,
  { rows, length, bias }: AttentionBatch,
): tf.Tensor2D {
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
}
