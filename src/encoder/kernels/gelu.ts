/** @file GELU with the error function, as BERT's `gelu` (arXiv 1606.08415). */

import * as tf from "@tensorflow/tfjs-core";
import { differentiable, hasKernel } from "./register";

export const Gelu = "Gelu";
export const GeluGradient = "GeluGradient";

/** x·Φ(x). */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  if (!hasKernel(Gelu)) return plainGelu(x);
  return differentiable(
    [x],
    () => ({ value: tf.engine().runKernel<tf.Tensor2D>(Gelu, { x }), saved: [x] }),
    (dy, [at]) => [tf.engine().runKernel(GeluGradient, { dy, x: at! })],
  );
}

/** The reference. */
export function plainGelu(x: tf.Tensor2D): tf.Tensor2D {
  return differentiable(
    [x],
    () => {
      const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
      return { value: tf.mul<tf.Tensor2D>(x, phi), saved: [x, phi] };
    },
    // Φ(x) + x·φ(x): the saved Φ spares a second erf.
    (dy, [at, phi]) =>
      tf.tidy(() => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(at!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return [tf.mul(dy, tf.add(phi!, tf.mul(at!, density)))];
      }),
  );
}
