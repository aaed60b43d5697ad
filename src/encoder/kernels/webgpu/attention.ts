/**
 * @file Attention in WGSL. A workgroup has some queries of one row and head:
 * as many as have room for their similarities in shared memory.
 */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type Inputs, input, lastAxis } from "../register";
import { fours, runGroups } from "./program";

/** Similarities that a workgroup holds: half of the shared memory that WebGPU promises. */
export const held = 2048;

/** Softmax of the similarities of `block` queries to all keys, in `shares`. */
export const probabilities = (block: number) => `
  let tokens = uniforms.tokens;
  let blocks = (tokens + ${block - 1}) / ${block};
  let row = group / (uniforms.heads * blocks);
  let token = uniforms.firstToken + row * tokens;
  let head = (group / blocks) % uniforms.heads;
  let first = (group % blocks) * ${block};
  // Vectors: of a head, of a token's queries, and of its queries, keys and values.
  let size = uniforms.size;
  let width = uniforms.heads * size;
  let start = token * 3 * width + head * size;
  for (var place = thread; place < ${block} * tokens; place += 64) {
    let i = min(first + place / tokens, tokens - 1);
    let j = place % tokens;
    var similarity = number(0.0);
    for (var d = 0; d < size; d++) {
      similarity += projected[start + i * 3 * width + d]
        * projected[start + j * 3 * width + width + d];
    }
    shares[place] = total(similarity) * uniforms.scale + bias[row * tokens + j];
  }
  workgroupBarrier();
  const lanes = ${64 / block};
  let mine = (thread / lanes) * tokens;
  let lane = thread % lanes;
  var most = shares[mine];
  for (var j = lane; j < tokens; j += lanes) { most = max(most, shares[mine + j]); }
  partial[thread] = most;
  workgroupBarrier();
  for (var other = 0; other < lanes; other++) {
    most = max(most, partial[(thread / lanes) * lanes + other]);
  }
  workgroupBarrier();
  var sum = 0.0;
  for (var j = lane; j < tokens; j += lanes) {
    let share = exp(shares[mine + j] - most);
    shares[mine + j] = share;
    sum += share;
  }
  partial[thread] = sum;
  workgroupBarrier();
  var all = 0.0;
  for (var other = 0; other < lanes; other++) { all += partial[(thread / lanes) * lanes + other]; }
  for (var j = lane; j < tokens; j += lanes) { shares[mine + j] /= all; }
  workgroupBarrier();`;

/** Shared memory of the above. */
export const shared = `
  var<workgroup> shares : array<f32, ${held}>;
  var<workgroup> partial : array<f32, 64>;`;

export function attention(
  inputs: Inputs,
  backend: WebGPUBackend,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const projected = input(inputs, "projected");
  const outputShape = [projected.shape[0]!, lastAxis(projected) / 3];
  const out = backend.makeTensorInfo(outputShape, "float32");
  for (const { index, block, groups, uniforms } of layouts(projected, attributes)) {
    runGroups(backend, {
      name: `Attention${block}`,
      inputs: { projected, bias: input(inputs, `bias${index}`) },
      floatArrays: ["bias"],
      outputShape,
      into: out,
      groups,
      ...uniforms,
      declarations: shared,
      body: `
      ${probabilities(block)}
      for (var place = thread; place < ${block} * size; place += 64) {
        let i = place / size;
        let d = place % size;
        if (first + i < tokens) {
          var mixed = number(0.0);
          for (var j = 0; j < tokens; j++) {
            mixed += shares[i * tokens + j] * projected[start + j * 3 * width + 2 * width + d];
          }
          result[(token + first + i) * width + head * size + d] = mixed;
        }
      }`,
    });
  }
  return [out];
}

/** How the work of each batch is cut up, and what the code is told of it. */
export function layouts(projected: TensorInfo, attributes: NamedAttrMap) {
  const { rows, lengths, heads } = attributes as unknown as {
    rows: number[];
    lengths: number[];
    heads: number;
  };
  const size = lastAxis(projected) / 3 / heads;
  const wide = fours(size);
  let firstToken = 0;
  return rows.map((count, index) => {
    const length = lengths[index]!;
    if (length > held) {
      throw new RangeError(`attention on WebGPU takes texts of ${held} tokens, not ${length}`);
    }
    const first = firstToken;
    firstToken += count * length;
    // A power of two, so that each query has as many threads.
    const block = Math.min(16, 2 ** Math.floor(Math.log2(held / length)));
    return {
      index,
      sizes: { rows: count, length, heads },
      block,
      groups: count * heads * Math.ceil(length / block),
      uniforms: {
        integers: { firstToken: first, tokens: length, heads, size: wide ? size / 4 : size },
        floats: { scale: 1 / Math.sqrt(size) },
        wide,
      },
    };
  });
}
