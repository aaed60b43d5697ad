/** @file Linear maps and their gradients on tfjs's WASM backend. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { lastAxis } from "../register";
import type { Call } from "./call";

export function linearMaps({ simd, input, at, number, output }: Call): TensorInfo {
  const [n, width] = input("x").shape as [number, number];
  const outs = Array.from({ length: number("maps") }, (_, map) => input(`weight${map}`).shape[0]!);
  const joined = outs.reduce((sum, out) => sum + out, 0);
  const result = output(n, joined);
  let to = at(result);
  for (const [map, out] of outs.entries()) {
    const [weight, bias] = [at(`weight${map}`), at(`bias${map}`)];
    simd.productTransposed(to, joined, at("x"), width, weight, width, n, out, width, bias);
    to += 4 * out;
  }
  return result;
}

/** → by x, by each weight, by each bias. */
export function linearMapsGradients({
  simd,
  input,
  at,
  number,
  output,
  scratch,
}: Call): TensorInfo[] {
  const [n, joined] = input("dy").shape as [number, number];
  const width = lastAxis(input("x"));
  const outs = Array.from({ length: number("maps") }, (_, map) => input(`weight${map}`).shape[0]!);
  const dx = output(n, width);
  const dWeights = outs.map((out) => output(out, width));
  const dBiases = outs.map((out) => output(out));
  scratch(simd.productScratch(width, Math.max(n, ...outs)), (rest) => {
    let from = at("dy");
    for (const [map, out] of outs.entries()) {
      const weight = at(`weight${map}`);
      simd.product(at(dx), width, from, joined, 1, weight, width, n, width, out, rest, map > 0);
      const dWeight = at(dWeights[map]!);
      simd.product(dWeight, width, from, 1, joined, at("x"), width, out, width, n, rest, false);
      simd.sumRows(at(dBiases[map]!), from, joined, n, out);
      from += 4 * out;
    }
  });
  return [dx, ...dWeights, ...dBiases];
}
