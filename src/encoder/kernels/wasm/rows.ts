/** @file The row kernels on tfjs's WASM backend. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { lastAxis } from "../register";
import type { Call } from "./call";

export function gatherRows({ simd, input, at, output }: Call): TensorInfo {
  const [count, width] = [input("indices").shape[0]!, lastAxis(input("table"))];
  const out = output(count, width);
  simd.gatherRows(at(out), at("table"), at("indices"), count, width);
  return out;
}

export function sumSegments({ simd, input, at, output }: Call): TensorInfo {
  const [count, width] = [input("starts").shape[0]! - 1, lastAxis(input("values"))];
  const out = output(count, width);
  simd.sumSegments(at(out), at("values"), at("order"), at("starts"), count, width);
  return out;
}

export function scatterRows({ simd, input, at, output }: Call): TensorInfo {
  const [count, width] = input("rows").shape as [number, number];
  simd.scatterRows(at("table"), at("indices"), at("rows"), count, width);
  return output(0);
}
