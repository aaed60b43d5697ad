/** @file GELU and its gradient in WGSL, one thread a vector. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { type Inputs, input } from "../register";
import { fours, groupsFor, runGroups } from "./program";

/** Φ by Abramowitz and Stegun's formula 7.1.26, as tfjs's `erf`. */
const normalDistribution = `
  fn bell(x : number) -> number { return exp(-0.5 * x * x); }
  fn normalDistribution(x : number, bell : number) -> number {
    let t = 1.0 / (1.0 + 0.3275911 * 0.7071067811865476 * abs(x));
    let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t
      + 0.254829592) * t;
    let beyond = 0.5 * p * bell; // 1 − Φ(|x|)
    return select(1.0 - beyond, beyond, x < number(0.0));
  }`;

export function gelu(inputs: Inputs, backend: WebGPUBackend): TensorInfo {
  const x = input(inputs, "x");
  return elementwise(backend, "Gelu", { x }, "at * normalDistribution(at, bell(at))");
}

export function geluGradient(inputs: Inputs, backend: WebGPUBackend): TensorInfo {
  const [x, dy] = [input(inputs, "x"), input(inputs, "dy")];
  const slope = "normalDistribution(at, bell(at)) + at * 0.3989422804014327 * bell(at)";
  return elementwise(backend, "GeluGradient", { x, dy }, `dy[place] * (${slope})`);
}

function elementwise(
  backend: WebGPUBackend,
  name: string,
  inputs: { x: TensorInfo; dy?: TensorInfo },
  value: string,
): TensorInfo {
  const size = util.sizeFromShape(inputs.x.shape);
  const wide = fours(size);
  const count = wide ? size / 4 : size;
  return runGroups(backend, {
    name,
    inputs,
    outputShape: inputs.x.shape,
    groups: groupsFor(count),
    integers: { count },
    wide,
    declarations: normalDistribution,
    body: `
      let place = group * 64 + thread;
      if (place < uniforms.count) {
        let at = x[place];
        result[place] = ${value};
      }`,
  });
}
