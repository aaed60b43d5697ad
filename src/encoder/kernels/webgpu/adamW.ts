/** @file AdamW's numbers in WGSL: a program for each of its three outputs. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type NamedAttrMap, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { AdamWFactors } from "../adamW";
import { type Inputs, input } from "../register";
import { fours, groupsFor, runGroups } from "./program";

export function adamW(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const { beta1, beta2, ...factors } = attributes as unknown as AdamWFactors;
  const [gradient, factor] = [input(inputs, "gradient"), input(inputs, "factor")];
  const first = elementwise(
    backend,
    "AdamWFirst",
    { moment: input(inputs, "first"), gradient, factor },
    "moment[place] * uniforms.beta + gradient[place] * factor[0] * uniforms.rest",
    { beta: beta1, rest: 1 - beta1 },
  );
  const second = elementwise(
    backend,
    "AdamWSecond",
    { moment: input(inputs, "second"), gradient, factor },
    `moment[place] * uniforms.beta + pow2(gradient[place] * factor[0]) * uniforms.rest`,
    { beta: beta2, rest: 1 - beta2 },
  );
  const parameter = elementwise(
    backend,
    "AdamWParameter",
    { parameter: input(inputs, "parameter"), first, second },
    `parameter[place] * uniforms.decay - uniforms.stepSize * first[place]
      / (sqrt(second[place]) * uniforms.scale + uniforms.epsilon)`,
    { ...factors },
  );
  return [parameter, first, second];
}

function elementwise(
  backend: WebGPUBackend,
  name: string,
  inputs: Record<string, TensorInfo>,
  value: string,
  floats: Record<string, number>,
): TensorInfo {
  const { shape } = Object.values(inputs)[0]!;
  const size = util.sizeFromShape(shape);
  const wide = fours(size);
  const count = wide ? size / 4 : size;
  return runGroups(backend, {
    name,
    inputs,
    outputShape: shape,
    groups: groupsFor(count),
    integers: { count },
    floats,
    wide,
    floatArrays: ["factor"],
    declarations: "fn pow2(v : number) -> number { return v * v; }",
    body: `
      let place = group * 64 + thread;
      if (place < uniforms.count) { result[place] = ${value}; }`,
  });
}
