/** @file Linear maps of one input, side by side: one product where there would be one a map. */

import * as tf from "@tensorflow/tfjs-core";
import { columnSums } from "./columnSums";
import { hasKernel, numbered, registerGradients } from "./register";

export const LinearMaps = "LinearMaps";
export const LinearMapsInputGradient = "LinearMapsInputGradient";
export const LinearMapWeightGradient = "LinearMapWeightGradient";

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
  const inputs = [x, ...maps.map(({ weight }) => weight), ...maps.map(({ bias }) => bias)];
  // A list, as tfjs saves all inputs of a list only; it then names them by their places.
  return tf.engine().runKernel<tf.Tensor2D>(LinearMaps, inputs as unknown as tf.NamedTensorMap, {
    maps: maps.length,
  });
}

registerGradients(LinearMaps, "all", (dy, [x, ...rest], { maps }) => {
  const weights = rest.slice(0, maps as number);
  const height = weights[0]!.shape[0]!;
  const ofInput = () =>
    tf
      .engine()
      .runKernel<tf.Tensor>(LinearMapsInputGradient, { dy, ...numbered("weight", weights) });
  const ofMaps = weights.flatMap((_, map): [number, () => tf.Tensor][] => {
    const side = { from: map * height, width: height };
    return [
      [1 + map, () => tf.engine().runKernel(LinearMapWeightGradient, { dy, x: x! }, side)],
      [1 + weights.length + map, () => columnSums(dy, side)],
    ];
  });
  return { 0: ofInput, ...Object.fromEntries(ofMaps) };
});

/** The reference: one product a map. */
export function plainLinearMaps(x: tf.Tensor2D, maps: readonly LinearMap[]): tf.Tensor2D {
  return tf.tidy(() => {
    const outputs = maps.map(({ weight, bias }) =>
      tf.add<tf.Tensor2D>(tf.matMul(x, weight, false, true), bias),
    );
    return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 1); // [n, maps · out]
  });
}
