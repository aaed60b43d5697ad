/** @file The arithmetic of one AdamW update, number by number. */

import * as tf from "@tensorflow/tfjs-core";
import { hasKernel } from "./register";

export const AdamW = "AdamW";

/** Four tensors of one shape, and a number that the gradient is multiplied by first. */
export interface AdamWInputs {
  parameter: tf.Tensor;
  gradient: tf.Tensor;
  first: tf.Tensor;
  second: tf.Tensor;
  factor: tf.Scalar;
}

/** What an update changes. */
export type AdamWOutputs = Pick<AdamWInputs, "parameter" | "first" | "second">;

export interface AdamWFactors {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** The learning rate over the first moment's bias correction. */
  stepSize: number;
  /** One over the root of the second moment's bias correction. */
  scale: number;
  /** What the parameter is multiplied by before the step. */
  decay: number;
}

/** The parameter and its moments after the update, new tensors; no gradient. */
export function adamWNumbers(inputs: AdamWInputs, factors: AdamWFactors): AdamWOutputs {
  if (!hasKernel(AdamW)) return plainAdamWNumbers(inputs, factors);
  const [parameter, first, second] = tf
    .engine()
    .runKernel<tf.Tensor[]>(AdamW, { ...inputs }, { ...factors }) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  return { parameter, first, second };
}

/** The reference. */
export function plainAdamWNumbers(
  { parameter, gradient, first, second, factor }: AdamWInputs,
  { beta1, beta2, epsilon, stepSize, scale, decay }: AdamWFactors,
): AdamWOutputs {
  return tf.tidy(() => {
    const scaled = tf.mul(gradient, factor);
    const newFirst = tf.add(tf.mul(first, beta1), tf.mul(scaled, 1 - beta1));
    const newSecond = tf.add(tf.mul(second, beta2), tf.mul(tf.square(scaled), 1 - beta2));
    const denominator = tf.add(tf.mul(tf.sqrt(newSecond), scale), epsilon);
    const change = tf.mul(tf.div(newFirst, denominator), stepSize);
    const newParameter = tf.sub(tf.mul(parameter, decay), change);
    return { parameter: newParameter, first: newFirst, second: newSecond };
  });
}
