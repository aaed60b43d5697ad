/** @file The gradient of attention in WGSL. The probabilities are computed again, not kept. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type Inputs, input, lastAxis } from "../register";
import { held, layouts, probabilities, shared } from "./attention";
import { groupsFor, runGroups } from "./program";

/** Two programs a batch: probabilities and the gradient by the similarities; then that by `projected`. */
export function attentionGradient(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo {
  const [projected, dy] = [input(inputs, "projected"), input(inputs, "dy")];
  const gradient = backend.makeTensorInfo(projected.shape, "float32");
  for (const { index, sizes, block, groups, uniforms } of layouts(projected, attributes)) {
    const { rows, heads, length } = sizes;
    const integers = { ...uniforms.integers, half: rows * heads * length * length };
    const similarities = runGroups(backend, {
      name: `AttentionSimilarities${block}`,
      inputs: { projected, bias: input(inputs, `bias${index}`), dy },
      floatArrays: ["bias", "result"],
      outputShape: [2, rows, heads, length, length],
      groups,
      ...uniforms,
      integers,
      declarations: shared,
      body: probabilities(block) + similarityGradients(block),
    });
    const count = (rows * length * lastAxis(projected)) / (uniforms.wide ? 4 : 1);
    runGroups(backend, {
      name: "AttentionGradient",
      inputs: { projected, dy, similarities },
      floatArrays: ["similarities"],
      outputShape: projected.shape,
      into: gradient,
      groups: groupsFor(count),
      ...uniforms,
      integers: { ...integers, count },
      body: projectedGradient,
    });
    backend.disposeData(similarities.dataId);
  }
  return gradient;
}

/** Back through the weighted mix, the softmax and the scale. */
const similarityGradients = (block: number) => `
  let query = first + thread / lanes;
  let above = (token + min(query, tokens - 1)) * width + head * size;
  var slopes : array<f32, ${held / 64}>;
  var along = 0.0;
  for (var j = lane; j < tokens; j += lanes) {
    var slope = number(0.0);
    for (var d = 0; d < size; d++) {
      slope += dy[above + d] * projected[start + j * 3 * width + 2 * width + d];
    }
    slopes[j / lanes] = total(slope);
    along += shares[mine + j] * slopes[j / lanes];
  }
  partial[thread] = along;
  workgroupBarrier();
  along = 0.0;
  for (var other = 0; other < ${64 / block}; other++) {
    along += partial[(thread / lanes) * lanes + other];
  }
  let to = ((row * uniforms.heads + head) * tokens + query) * tokens;
  if (query < tokens) {
    for (var j = lane; j < tokens; j += lanes) {
      let share = shares[mine + j];
      result[to + j] = share;
      result[uniforms.half + to + j] = share * (slopes[j / lanes] - along) * uniforms.scale;
    }
  }`;

/** A thread a vector of the queries', keys' or values' gradient. */
const projectedGradient = `
  let place = group * 64 + thread;
  let tokens = uniforms.tokens;
  let size = uniforms.size;
  let width = uniforms.heads * size;
  if (place < uniforms.count) {
    let row = place / (3 * width) / tokens;
    let mine = place / (3 * width) % tokens;
    let part = (place / width) % 3;
    let column = place % width; // head · size + d
    let firstOfRow = uniforms.firstToken + row * tokens;
    let square = (row * uniforms.heads + column / size) * tokens * tokens;
    var sum = number(0.0);
    for (var other = 0; other < tokens; other++) {
      let there = firstOfRow + other;
      if (part == 0) { // queries: by similarity to each key
        sum += similarities[uniforms.half + square + mine * tokens + other]
          * projected[(there * 3 + 1) * width + column];
      } else if (part == 1) { // keys: by similarity to each query
        sum += similarities[uniforms.half + square + other * tokens + mine]
          * projected[there * 3 * width + column];
      } else { // values: by each query's share
        sum += similarities[square + other * tokens + mine] * dy[there * width + column];
      }
    }
    result[uniforms.firstToken * 3 * width + place] = sum;
  }`;
