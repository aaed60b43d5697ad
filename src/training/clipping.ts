import * as tf from "@tensorflow/tfjs-core";
import { sumSquares } from "../encoder/kernels/sumSquares";

/**
 * The factor that brings the gradients' global L2 norm down to `limit`, or 1;
 * as PyTorch's `clip_grad_norm_`. Stays on the device.
 */
export function clippingFactor(gradients: readonly tf.Tensor[], limit: number): tf.Scalar {
  return tf.tidy(() => {
    const norm = tf.sqrt(sumSquares(gradients));
    return tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1) as tf.Scalar;
  });
}
