/**
 * @file Linear maps and their gradients on WebGPU: tfjs's own products where
 * there is one map, ours where there are several.
 */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  _FusedMatMul,
  BatchMatMul,
  type NamedAttrMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { type Inputs, input, lastAxis } from "../register";
import { columnSums } from "./columnSums";
import { product } from "./product";

export function linearMaps(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const maps = attributes["maps"] as number;
  const x = input(inputs, "x");
  if (maps === 1) {
    const [b, bias] = [input(inputs, "weight0"), input(inputs, "bias0")];
    const attrs = { transposeA: false, transposeB: true, activation: "linear" };
    return run(_FusedMatMul, { a: x, b, bias }, backend, attrs);
  }
  const weights = numbered(inputs, "weight", maps);
  const biases = numbered(inputs, "bias", maps);
  return product(
    backend,
    { matrix: x, transposed: false },
    { stacked: weights, transposed: true, biases },
  );
}

/** → by x, by each weight, by each bias. */
export function linearMapsGradients(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const maps = attributes["maps"] as number;
  const [x, dy] = [input(inputs, "x"), input(inputs, "dy")];
  const weights = numbered(inputs, "weight", maps);
  const height = lastAxis(dy) / maps;
  const sides = weights.map((_, map) => ({ from: map * height, count: height }));
  const dBiases = sides.map(({ from }) => columnSums(backend, dy, { from, width: height }));
  if (maps === 1) {
    const plain = { transposeA: false, transposeB: false };
    const dx = run(BatchMatMul, { a: dy, b: weights[0]! }, backend, plain);
    const dWeight = run(BatchMatMul, { a: dy, b: x }, backend, { ...plain, transposeA: true });
    return [dx, dWeight, ...dBiases];
  }
  const whole = { stacked: weights, transposed: false };
  const dx = product(backend, { matrix: dy, transposed: false }, whole);
  const dWeights = sides.map((columns) =>
    product(
      backend,
      { matrix: dy, transposed: true, columns },
      { stacked: [x], transposed: false },
    ),
  );
  return [dx, ...dWeights, ...dBiases];
}

function numbered(inputs: Inputs, name: string, count: number): TensorInfo[] {
  return Array.from({ length: count }, (_, index) => input(inputs, `${name}${index}`));
}

/** A kernel of tfjs. */
function run(
  kernelName: string,
  inputs: Inputs,
  backend: WebGPUBackend,
  attrs: NamedAttrMap,
): TensorInfo {
  return tf.getKernel(kernelName, "webgpu").kernelFunc({ inputs, backend, attrs }) as TensorInfo;
}
