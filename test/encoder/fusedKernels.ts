/** @file A fused kernel against the plain composition that it stands for. */

import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../src/random";
import { randomTensor } from "./randomTensors";

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

export interface Difference {
  /** "value", or which input the gradient is by. */
  of: string;
  /** The largest difference, relative to the largest number of the reference. */
  worst: number;
}

/**
 * How far `fused` is from `plain` at random inputs of these shapes: its value
 * without and with a gradient to come, and the gradients of a random weighting.
 */
export async function differences(
  shapes: number[][],
  fused: Operation,
  plain: Operation,
): Promise<Difference[]> {
  const random = createRandom(12);
  const inputs = shapes.map((shape) => randomTensor(shape, random));
  const alone = fused(...inputs);
  const weighting = randomTensor(alone.shape, random);
  const results = [fused, plain].map((operation) =>
    tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads((...at: tf.Tensor[]) =>
        tf.sum(tf.mul(operation(...at), weighting)),
      )(inputs);
      return [operation(...inputs), value, ...grads];
    }),
  );
  const names = ["value", "weighted value", ...shapes.map((_, index) => `input ${index}`)];
  const found = [];
  const [ours, reference] = results as [tf.Tensor[], tf.Tensor[]];
  for (const [index, of] of names.entries()) {
    found.push({ of, worst: await difference(ours[index]!, reference[index]!) });
  }
  found.push({ of: "value without gradient", worst: await difference(alone, reference[0]!) });
  tf.dispose([inputs, alone, weighting, results]);
  return found;
}

async function difference(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  if (!tf.util.arraysEqual(a.shape, b.shape)) return Infinity;
  const [values, expected] = [await a.data(), await b.data()];
  let [worst, largest] = [0, 1e-3];
  for (const [index, value] of values.entries()) {
    worst = Math.max(worst, Math.abs(value - expected[index]!));
    largest = Math.max(largest, Math.abs(expected[index]!));
    if (Number.isNaN(value)) return Infinity;
  }
  return worst / largest;
}
