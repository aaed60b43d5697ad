import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean of the hidden states of the tokens, padding left out.
 *
 * @param hiddenStates [rows, length, width]
 * @param mask [rows, length]; 1 for a token, 0 for padding
 * @returns [rows, width]
 */
export function meanPooling(hiddenStates: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const [rows, length] = mask.shape;
    const shares = tf.div(mask, tf.sum(mask, 1, true)); // [rows, length]
    // A product of matrices, since its gradient is one too.
    const pooled = tf.matMul(tf.reshape(shares, [rows, 1, length]), hiddenStates); // [rows, 1, width]
    return tf.reshape(pooled, [rows, hiddenStates.shape[2]]); // [rows, width]
  });
}

/** Each row scaled to length 1, so that a product of two embeddings is their cosine. */
export function normalizeRows(embeddings: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const squares = tf.sum(tf.square(embeddings), 1, true); // [rows, 1]
    // As PyTorch's F.normalize: a row of zeros stays zero.
    return tf.div(embeddings, tf.sqrt(tf.maximum(squares, 1e-24)));
  });
}
