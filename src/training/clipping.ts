import * as tf from "@tensorflow/tfjs-core";

/**
 * The factor that brings the gradients' global L2 norm down to `limit`, or 1;
 * as PyTorch's `clip_grad_norm_`. Stays on the device.
 */
export function clippingFactor(gradients: readonly tf.Tensor[], limit: number): tf.Scalar {
  return tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.reshape(tf.sum(tf.square(gradient)), [1]));
    // Not `addN`, which binds all its inputs at once: more than WebGPU allows.
    const norm = tf.sqrt(tf.sum(tf.concat(squares)));
    return tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1) as tf.Scalar;
  });
}
