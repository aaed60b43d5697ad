/** @file Linear maps and their gradients on tfjs's WASM backend. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { lastAxis } from "../register";
import type { Call } from "./call";

/** Inputs by their places: x, the weights, the biases. */
export function linearMaps({ simd, input, at, number, output }: Call): TensorInfo {
  const [n, width] = input("0").shape as [number, number];
  const maps = number("maps");
  const out = input("1").shape[0]!;
  const joined = maps * out;
  const result = output(n, joined);
  for (let map = 0; map < maps; map++) {
    const [weight, bias] = [at(`${1 + map}`), at(`${1 + maps + map}`)];
    const to = at(result) + 4 * map * out;
    simd.productTransposed(to, joined, at("0"), width, weight, width, n, out, width, bias);
  }
  return result;
}

export function linearMapsInputGradient({ simd, input, at, output, scratch }: Call): TensorInfo {
  const [n, joined] = input("dy").shape as [number, number];
  const [out, width] = input("weight0").shape as [number, number];
  const dx = output(n, width);
  scratch(simd.productScratch(width, out), (rest) => {
    for (let map = 0; map * out < joined; map++) {
      const [from, weight] = [at("dy") + 4 * map * out, at(`weight${map}`)];
      simd.product(at(dx), width, from, joined, 1, weight, width, n, width, out, rest, map > 0);
    }
  });
  return dx;
}

/** Of the map whose output is `width` columns from column `from` on. */
export function linearMapWeightGradient(call: Call): TensorInfo {
  const { simd, input, at, number, output, scratch } = call;
  const [n, joined] = input("dy").shape as [number, number];
  const [width, out] = [lastAxis(input("x")), number("width")];
  const dWeight = output(out, width);
  scratch(simd.productScratch(width, n), (rest) => {
    const from = at("dy") + 4 * number("from");
    simd.product(at(dWeight), width, from, 1, joined, at("x"), width, out, width, n, rest, false);
  });
  return dWeight;
}

export function columnSums({ simd, input, at, number, output }: Call): TensorInfo {
  const [n, joined] = input("x").shape as [number, number];
  const sums = output(number("width"));
  simd.sumRows(at(sums), at("x") + 4 * number("from"), joined, n, number("width"));
  return sums;
}
