/** @file Linear maps of one input, side by side: one product where there would be one a map. */

import * as tf from "@tensorflow/tfjs-core";
import { differentiable, hasKernel } from "./register";

export const LinearMaps = "LinearMaps";
export const LinearMapsGradients = "LinearMapsGradients";

/** A linear map as PyTorch stores it. */
export interface LinearMap {
  /** [out, in] */
  weight: tf.Tensor2D;
  /** [out] */
  bias: tf.Tensor1D;
}

/**
 * x · Wᵀ + b of each map, joined along the columns.
 *
 * @param x [n, in]
 * @param maps of one shape
 * @returns [n, maps · out]
 */
export function linearMaps(x: tf.Tensor2D, maps: readonly LinearMap[]): tf.Tensor2D {
  for (const { weight, bias } of maps) {
    const [out, into] = weight.shape;
    if (into === x.shape[1] && bias.shape[0] === out && out === maps[0]!.weight.shape[0]) continue;
    const shapes = [x, weight, bias].map(({ shape }) => `[${shape.join(", ")}]`);
    throw new RangeError(`a linear map of ${shapes[0]} by ${shapes[1]} and ${shapes[2]}`);
  }
  if (!hasKernel(LinearMaps)) return plainLinearMaps(x, maps);
  const run = <T>(kernel: string, inputs: tf.NamedTensorMap): T =>
    tf.engine().runKernel(kernel, inputs, { maps: maps.length }) as T;
  return differentiable(
    [x, ...maps.map(({ weight }) => weight), ...maps.map(({ bias }) => bias)],
    () => ({
      value: run<tf.Tensor2D>(LinearMaps, {
        x,
        ...numbered("weight", maps.map(({ weight }) => weight)), // prettier-ignore
        ...numbered("bias", maps.map(({ bias }) => bias)), // prettier-ignore
      }),
      saved: [x, ...maps.map(({ weight }) => weight)],
    }),
    (dy, [input, ...weights]) =>
      run<tf.Tensor[]>(LinearMapsGradients, { dy, x: input!, ...numbered("weight", weights) }),
  );
}

/** The reference: one product a map. */
export function plainLinearMaps(x: tf.Tensor2D, maps: readonly LinearMap[]): tf.Tensor2D {
  return tf.tidy(() => {
    const outputs = maps.map(({ weight, bias }) =>
      tf.add<tf.Tensor2D>(tf.matMul(x, weight, false, true), bias),
    );
    return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 1); // [n, maps · out]
  });
}

/** Tensors as inputs `name0`, `name1`, … of a kernel. */
function numbered(name: string, tensors: tf.Tensor[]): tf.NamedTensorMap {
  return Object.fromEntries(tensors.map((tensor, index) => [`${name}${index}`, tensor]));
}
