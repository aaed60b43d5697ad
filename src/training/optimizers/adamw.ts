import * as tf from "@tensorflow/tfjs-core";
import { adamWNumbers } from "../../encoder/kernels/adamW";

/** Exponential averages of one parameter's gradient and of its square; shaped as the parameter. */
export interface Moments {
  first: tf.Tensor;
  second: tf.Tensor;
}

export interface AdamWOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** PyTorch's defaults. */
export const adamWDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** What differs from step to step and from parameter to parameter. */
export interface UpdateOptions {
  /** From 1. */
  step: number;
  learningRate: number;
  weightDecay: number;
  /** What the gradient is multiplied by first; the optimizer does it in passing. Without one, 1. */
  gradientFactor?: tf.Scalar;
}

export interface Updated {
  parameter: tf.Tensor;
  moments: Moments;
}

/** Moments before the first step. */
export function initMoments(parameter: tf.Tensor): Moments {
  return { first: tf.zerosLike(parameter), second: tf.zerosLike(parameter) };
}

/**
 * One AdamW update (arXiv 1711.05101, algorithm 2, with PyTorch's order:
 * decay first). Pure: the caller disposes what it passed in.
 *
 * The same function serves a few rows of a large table: their moments then
 * stand still in the steps that do not touch them, while the bias correction
 * counts every step, as in PyTorch's SparseAdam.
 */
export function adamWUpdate(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  moments: Moments,
  { step, learningRate, weightDecay, gradientFactor }: UpdateOptions,
  { beta1, beta2, epsilon }: AdamWOptions = adamWDefaults,
): Updated {
  const factor = gradientFactor ?? tf.scalar(1);
  const { parameter: updated, ...newMoments } = adamWNumbers(
    { parameter, gradient, ...moments, factor },
    {
      beta1,
      beta2,
      epsilon,
      stepSize: learningRate / (1 - beta1 ** step),
      scale: 1 / Math.sqrt(1 - beta2 ** step),
      decay: 1 - learningRate * weightDecay,
    },
  );
  if (factor !== gradientFactor) factor.dispose();
  return { parameter: updated, moments: newMoments };
}
