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
import { product } from "./product";

/** Inputs by their places: x, the weights, the biases. */
export function linearMaps(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const maps = attributes["maps"] as number;
  const x = input(inputs, "0");
  const places = Array.from({ length: maps }, (_, map) => 1 + map);
  const weights = places.map((place) => input(inputs, `${place}`));
  const biases = places.map((place) => input(inputs, `${maps + place}`));
  if (maps === 1) {
    const attrs = { transposeA: false, transposeB: true, activation: "linear" };
    return run(_FusedMatMul, { a: x, b: weights[0]!, bias: biases[0]! }, backend, attrs);
  }
  return product(
    backend,
    { matrix: x, transposed: false },
    { stacked: weights, transposed: true, biases },
  );
}

export function linearMapsInputGradient(inputs: Inputs, backend: WebGPUBackend): TensorInfo {
  const dy = input(inputs, "dy");
  const maps = lastAxis(dy) / input(inputs, "weight0").shape[0]!;
  const weights = Array.from({ length: maps }, (_, map) => input(inputs, `weight${map}`));
  if (maps === 1) {
    const attrs = { transposeA: false, transposeB: false };
    return run(BatchMatMul, { a: dy, b: weights[0]! }, backend, attrs);
  }
  return product(
    backend,
    { matrix: dy, transposed: false },
    { stacked: weights, transposed: false },
  );
}

/** Of the map whose output is `width` columns from column `from` on. */
export function linearMapWeightGradient(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const [x, dy] = [input(inputs, "x"), input(inputs, "dy")];
  const [from, count] = [attributes["from"] as number, attributes["width"] as number];
  if (count === lastAxis(dy)) {
    const attrs = { transposeA: true, transposeB: false };
    return run(BatchMatMul, { a: dy, b: x }, backend, attrs);
  }
  return product(
    backend,
    { matrix: dy, transposed: true, columns: { from, count } },
    { stacked: [x], transposed: false },
  );
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
