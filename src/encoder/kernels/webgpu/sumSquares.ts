/** @file Sums of squares in WGSL, of as many tensors in one program as WebGPU lets it read. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type NamedAttrMap, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { type Inputs, input } from "../register";
import { fours, groupSum, runGroups } from "./program";

/** Eight buffers a program are promised, and one is its output. */
const most = 7;
/** Workgroups that share a tensor. */
const parts = 8;

/** → partial sums, for each seven tensors some. */
export function sumSquares(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const count = attributes["tensors"] as number;
  const tensors = Array.from({ length: count }, (_, index) => input(inputs, `x${index}`));
  const sums: TensorInfo[] = [];
  for (let start = 0; start < count; start += most) {
    sums.push(sumSome(tensors.slice(start, start + most), backend));
  }
  return sums;
}

function sumSome(tensors: TensorInfo[], backend: WebGPUBackend): TensorInfo {
  const sizes = tensors.map(({ shape }) => util.sizeFromShape(shape));
  const wide = fours(...sizes);
  const cases = tensors.map(
    (_, index) => `
      case ${index}: {
        for (var i = first; i < uniforms.size${index}; i += ${64 * parts}) {
          sum += total(x${index}[i] * x${index}[i]);
        }
      }`,
  );
  return runGroups(backend, {
    name: `SumSquares${tensors.length}`,
    inputs: Object.fromEntries(tensors.map((tensor, index) => [`x${index}`, tensor])),
    outputShape: [tensors.length * parts],
    floatArrays: ["result"],
    groups: tensors.length * parts,
    integers: Object.fromEntries(
      sizes.map((size, index) => [`size${index}`, wide ? size / 4 : size]),
    ),
    wide,
    declarations: groupSum,
    body: `
      let first = (group % ${parts}) * 64 + thread;
      var sum = 0.0;
      switch (group / ${parts}) {
        ${cases.join("")}
        default: {}
      }
      let all = groupSum(thread, sum);
      if (thread == 0) { result[group] = all; }`,
  });
}
