/** @file Layer normalisation of a sum, and its gradients, in WGSL: a workgroup a row. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type Inputs, input, lastAxis } from "../register";
import { columnSums } from "./columnSums";
import { fours, groupSum, runGroups } from "./program";

/** The row's place, and `mean` and `scale` = 1 / standard deviation of x + residual in it. */
const rowMoments = `
  let columns = uniforms.columns;
  let width = f32(uniforms.width);
  let start = group * columns;
  let other = (group % uniforms.repeated) * columns;
  var sum = 0.0;
  for (var c = thread; c < columns; c += 64) { sum += total(x[start + c] + residual[other + c]); }
  let mean = groupSum(thread, sum) / width;
  var squares = 0.0;
  for (var c = thread; c < columns; c += 64) {
    let centered = x[start + c] + residual[other + c] - mean;
    squares += total(centered * centered);
  }
  let scale = inverseSqrt(groupSum(thread, squares) / width + uniforms.epsilon);`;

export function addLayerNorm(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  return runRows(backend, "AddLayerNorm", inputs, attributes, ["x", "residual", "weight", "bias"], {
    body: `
      for (var c = thread; c < columns; c += 64) {
        let normalized = (x[start + c] + residual[other + c] - mean) * scale;
        result[start + c] = normalized * weight[c] + bias[c];
      }`,
  });
}

/** By x; the residual's is the same, summed over its repeats. */
export function addLayerNormInputGradient(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const names = ["x", "residual", "weight", "dy"];
  return runRows(backend, "AddLayerNormGradient", inputs, attributes, names, {
    body: `
      var byGradient = 0.0;
      var byNormalized = 0.0;
      for (var c = thread; c < columns; c += 64) {
        let normalized = (x[start + c] + residual[other + c] - mean) * scale;
        let scaled = dy[start + c] * weight[c];
        byGradient += total(scaled);
        byNormalized += total(scaled * normalized);
      }
      let along = groupSum(thread, byGradient) / width;
      let twist = groupSum(thread, byNormalized) / width;
      for (var c = thread; c < columns; c += 64) {
        let normalized = (x[start + c] + residual[other + c] - mean) * scale;
        result[start + c] = (dy[start + c] * weight[c] - along - normalized * twist) * scale;
      }`,
  });
}

/** The column sums of dy times the normalised sum. */
export function addLayerNormWeightGradient(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const products = runRows(
    backend,
    "AddLayerNormProducts",
    inputs,
    attributes,
    ["x", "residual", "dy"],
    {
      body: `
      for (var c = thread; c < columns; c += 64) {
        result[start + c] = dy[start + c] * (x[start + c] + residual[other + c] - mean) * scale;
      }`,
    },
  );
  const dWeight = columnSums(backend, products, { from: 0, width: lastAxis(products) });
  backend.disposeData(products.dataId);
  return dWeight;
}

function runRows(
  backend: WebGPUBackend,
  name: string,
  inputs: Inputs,
  attributes: NamedAttrMap,
  names: string[],
  { body }: { body: string },
): TensorInfo {
  const [rows, width] = input(inputs, "x").shape as [number, number];
  const wide = fours(width);
  return runGroups(backend, {
    name,
    inputs: Object.fromEntries(names.map((key) => [key, input(inputs, key)])),
    outputShape: [rows, width],
    groups: rows,
    integers: {
      width,
      columns: wide ? width / 4 : width,
      repeated: input(inputs, "residual").shape[0]!,
    },
    floats: { epsilon: attributes["epsilon"] as number },
    wide,
    declarations: groupSum,
    body: rowMoments + body,
  });
}
