/** @file Attention and its gradient on tfjs's WASM backend. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { lastAxis } from "../register";
import type { Call } from "./call";

/** → the mix of values and, where they are kept, the probabilities of each batch. */
export function attention(call: Call): TensorInfo[] {
  const { simd, input, at, number, numbers, flag, output, scratch } = call;
  const [tokens, joined] = input("projected").shape as [number, number];
  const [heads, width] = [number("heads"), joined / 3];
  const size = width / heads;
  const out = output(tokens, width);
  const lengths = numbers("lengths");
  const kept: TensorInfo[] = [];
  let [to, from] = [at(out), at("projected")];
  scratch(simd.attentionScratch(Math.max(...lengths), size), (rest) => {
    for (const [batch, rows] of numbers("rows").entries()) {
      const length = lengths[batch]!;
      if (flag("keep")) kept.push(output(rows, heads, length, length));
      const probabilities = flag("keep") ? at(kept[batch]!) : 0;
      simd.attention(to, probabilities, from, at(`bias${batch}`), rows, length, heads, size, rest);
      to += 4 * rows * length * width;
      from += 4 * rows * length * joined;
    }
  });
  return [out, ...kept];
}

export function attentionGradient(call: Call): TensorInfo {
  const { simd, input, at, number, numbers, output, scratch } = call;
  const joined = lastAxis(input("projected"));
  const [heads, width] = [number("heads"), joined / 3];
  const size = width / heads;
  const out = output(...input("projected").shape);
  const lengths = numbers("lengths");
  let [to, dy, from] = [at(out), at("dy"), at("projected")];
  scratch(simd.attentionScratch(Math.max(...lengths), size), (rest) => {
    for (const [batch, rows] of numbers("rows").entries()) {
      const length = lengths[batch]!;
      const kept = at(`probabilities${batch}`);
      simd.attentionGradient(to, dy, kept, from, rows, length, heads, size, rest);
      to += 4 * rows * length * joined;
      dy += 4 * rows * length * width;
      from += 4 * rows * length * joined;
    }
  });
  return out;
}
