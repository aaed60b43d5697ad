/** @file AdamW's numbers in WGSL: one program writes the parameter and both of its moments. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type NamedAttrMap, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { AdamWFactors } from "../adamW";
import { type Inputs, input } from "../register";
import { fours, groupsFor, runGroupsToMany } from "./program";

/** → parameter, first and second moment. */
export function adamW(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const factors = attributes as unknown as AdamWFactors;
  const names = ["parameter", "gradient", "first", "second", "factor"];
  const { shape } = input(inputs, "parameter");
  const size = util.sizeFromShape(shape);
  const wide = fours(size);
  const count = wide ? size / 4 : size;
  return runGroupsToMany(backend, {
    name: "AdamW",
    inputs: Object.fromEntries(names.map((name) => [name, input(inputs, name)])),
    outputShape: shape,
    moreOutputs: { newFirst: shape, newSecond: shape },
    groups: groupsFor(count),
    integers: { count },
    floats: { ...factors, keep1: 1 - factors.beta1, keep2: 1 - factors.beta2 },
    wide,
    floatArrays: ["factor"],
    body: `
      let place = group * 64 + thread;
      if (place < uniforms.count) {
        let g = gradient[place] * factor[0];
        let m = first[place] * uniforms.beta1 + g * uniforms.keep1;
        let v = second[place] * uniforms.beta2 + g * g * uniforms.keep2;
        let change = uniforms.stepSize * m / (sqrt(v) * uniforms.scale + uniforms.epsilon);
        result[place] = parameter[place] * uniforms.decay - change;
        newFirst[place] = m;
        newSecond[place] = v;
      }`,
  });
}
