/** @file Gradients against central differences. */

import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { createRandom, permutation } from "../../src/random";
import { randomTensor } from "./randomTensors";

const step = 1e-3;
const tolerance = 1e-2;

/**
 * Expects the gradient of a random weighting of `f`'s output to be that of
 * central differences, at up to `coordinates` places of every input. The error
 * is taken relative to the input's largest gradient, but of an input with next
 * to none relative to a tenth of the largest of all.
 */
export async function expectGradients(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  coordinates = Infinity,
): Promise<void> {
  const random = createRandom(20);
  const output = f(...inputs);
  const weighting = randomTensor(output.shape, random);
  const weights = await weighting.data();
  const analytic = tf.tidy(() => tf.grads(f)(inputs, weighting));
  const gradients = await Promise.all(analytic.map((gradient) => gradient.data()));
  tf.dispose([output, weighting, ...analytic]);

  const largestOf = (values: ArrayLike<number>) =>
    Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const largest = Math.max(...gradients.map(largestOf));
  expect(largest).toBeGreaterThan(1e-2);
  for (const [index, gradient] of gradients.entries()) {
    const allowed = tolerance * Math.max(largestOf(gradient), largest / 10);
    const value = (shifted: tf.Tensor) => weightedSum(f, inputs.with(index, shifted), weights);
    for (const place of permutation(gradient.length, random).slice(0, coordinates)) {
      const numeric = await centralDifference(value, inputs[index]!, place);
      const error = Math.abs(numeric - gradient[place]!);
      expect(error, `input ${index} at ${place}: ${gradient[place]} for ${numeric}`).toBeLessThan(
        allowed,
      );
    }
  }
}

/** Derivative of `value` by one number of `at`. */
export async function centralDifference(
  value: (at: tf.Tensor) => Promise<number>,
  at: tf.Tensor,
  place: number,
): Promise<number> {
  const around = async (shift: number): Promise<number> => {
    const values = Float32Array.from(await at.data());
    values[place]! += shift;
    const shifted = tf.tensor(values, at.shape, "float32");
    try {
      return await value(shifted);
    } finally {
      shifted.dispose();
    }
  };
  return ((await around(step)) - (await around(-step))) / (2 * step);
}

/** Summed in 64 bits, so that rounding does not drown the difference of two sums. */
async function weightedSum(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  weights: ArrayLike<number>,
): Promise<number> {
  const output = f(...inputs);
  try {
    const values = await output.data<"float32">();
    return values.reduce((sum, value, index) => sum + value * weights[index]!, 0);
  } finally {
    output.dispose();
  }
}
