import * as tf from "@tensorflow/tfjs-core";

export interface InfoNceOptions {
  /** Similarities are divided by it. */
  temperature: number;
  /** Average with the loss of finding the query of each passage. */
  symmetric: boolean;
}

/**
 * InfoNCE over in-batch negatives: the cross-entropy of picking each query's
 * own passage among all passages of the batch (arXiv 2408.10536, equation 1,
 * with the other rows' positives as negatives, and a temperature, which the
 * paper does not print).
 *
 * Rows of the same item are translations or further questions of one passage:
 * they are positives of each other and are left out of the denominator.
 *
 * @param queries [batch, width], rows of length 1
 * @param passages [batch, width], rows of length 1; row i answers query i
 * @param items the item of each row
 * @returns the mean over the batch
 */
export function infoNce(
  queries: tf.Tensor2D,
  passages: tf.Tensor2D,
  items: readonly number[],
  { temperature, symmetric }: InfoNceOptions,
): tf.Scalar {
  const batch = queries.shape[0];
  if (passages.shape[0] !== batch || items.length !== batch) {
    throw new RangeError(
      `InfoNCE pairs ${batch} queries with ${passages.shape[0]} passages of ${items.length} items`,
    );
  }
  if (!(temperature > 0)) throw new RangeError(`temperature is above 0, got ${temperature}`);
  return tf.tidy(() => {
    const similarity = tf.matMul(queries, passages, false, true); // [query, passage]
    const logits = tf.add(tf.div(similarity, temperature), excluded(items));
    const forward = meanDiagonalLoss(logits);
    if (!symmetric) return forward;
    return tf.mul(tf.add(forward, meanDiagonalLoss(tf.transpose(logits))), 0.5);
  });
}

/** Mean of −log softmax at (i, i); [batch, batch] → scalar. */
function meanDiagonalLoss(logits: tf.Tensor): tf.Scalar {
  const batch = logits.shape[0]!;
  const diagonal = tf.mul(tf.logSoftmax(logits), tf.eye(batch));
  return tf.div(tf.sum(diagonal), -batch);
}

/** A large negative number where another row has the same item; [batch, batch]. */
function excluded(items: readonly number[]): tf.Tensor2D {
  return tf.tensor2d(
    items.map((item, row) =>
      items.map((other, column) => (row !== column && item === other ? -1e9 : 0)),
    ),
  );
}
