/** @file Sums of columns in WGSL: the gradient of a bias. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { ColumnRange } from "../columnSums";
import { type Inputs, input } from "../register";
import { runGroups } from "./program";

/**
 * Sums of `width` columns of x [rows, …] from column `from` on; → [width].
 * A workgroup has 8 columns and 8 threads for each, which take every eighth
 * row; tfjs would transpose first.
 */
export function columnSums(
  backend: WebGPUBackend,
  x: TensorInfo,
  { from, width }: ColumnRange,
): TensorInfo {
  const [rows, stride] = x.shape as [number, number];
  return runGroups(backend, {
    name: "ColumnSums",
    inputs: { x },
    outputShape: [width],
    groups: Math.ceil(width / 8),
    integers: { rows, stride, start: from, width },
    wide: false,
    declarations: "var<workgroup> partial : array<f32, 64>;",
    body: `
      let column = group * 8 + thread % 8;
      var sum = 0.0;
      if (column < uniforms.width) {
        for (var row = thread / 8; row < uniforms.rows; row += 8) {
          sum += x[row * uniforms.stride + uniforms.start + column];
        }
      }
      partial[thread] = sum;
      workgroupBarrier();
      if (thread < 8 && column < uniforms.width) {
        var all = 0.0;
        for (var lane = 0; lane < 8; lane++) { all += partial[lane * 8 + thread]; }
        result[column] = all;
      }`,
  });
}

/** The kernel. */
export function columnSumsKernel(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const [from, width] = [attributes["from"] as number, attributes["width"] as number];
  return columnSums(backend, input(inputs, "x"), { from, width });
}
