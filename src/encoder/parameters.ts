/** @file The parameters of an encoder: named tensors, in the order of its architecture. */

import * as tf from "@tensorflow/tfjs-core";

/** Parameters by their names in the file of weights. */
export type Parameters = ReadonlyMap<string, tf.Tensor>;

/** One parameter by name; asking for one that the architecture does not have is our mistake. */
export function parameter<T extends tf.Tensor>(parameters: Parameters, name: string): T {
  const found = parameters.get(name);
  if (found === undefined) throw new RangeError(`the encoder has no parameter ${name}`);
  return found as T;
}

/** A copy that shares no memory, for parameters that are written in place. */
export function copyParameters(parameters: Parameters): Parameters {
  // Adding 0 copies on every backend; `clone` would share the buffer.
  return new Map([...parameters].map(([name, tensor]) => [name, tf.tidy(() => tf.add(tensor, 0))]));
}

export function disposeParameters(parameters: Parameters): void {
  tf.dispose([...parameters.values()]);
}

/** How many numbers the parameters hold. */
export function parameterCount(parameters: Parameters): number {
  return [...parameters.values()].reduce((total, { size }) => total + size, 0);
}
