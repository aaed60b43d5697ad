/** @file The fused kernels on tfjs's WASM backend: arguments for our WebAssembly module. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { AdamW } from "../adamW";
import {
  AddLayerNorm,
  AddLayerNormInputGradient,
  AddLayerNormWeightGradient,
} from "../addLayerNorm";
import { Attention, AttentionGradient } from "../attention";
import { ColumnSums } from "../columnSums";
import { Gelu, GeluGradient } from "../gelu";
import { LinearMaps, LinearMapsInputGradient, LinearMapWeightGradient } from "../linear";
import { registerOnce } from "../register";
import { GatherRows, ScatterRows, SumSegments } from "../rows";
import { SumSquares } from "../sumSquares";
import { attention, attentionGradient } from "./attention";
import { type Call, callOf } from "./call";
import { columnSums, linearMaps, linearMapsInputGradient, linearMapWeightGradient } from "./linear";
import { gatherRows, scatterRows, sumSegments } from "./rows";
import type { Pointer } from "./simd";

export function registerFusedWasmKernels(): void {
  const kernels: Record<string, (call: Call) => TensorInfo | TensorInfo[]> = {
    [GatherRows]: gatherRows,
    [SumSegments]: sumSegments,
    [ScatterRows]: scatterRows,
    [LinearMaps]: linearMaps,
    [LinearMapsInputGradient]: linearMapsInputGradient,
    [LinearMapWeightGradient]: linearMapWeightGradient,
    [ColumnSums]: columnSums,
    [Gelu]: gelu,
    [GeluGradient]: geluGradient,
    [AddLayerNorm]: addLayerNorm,
    [AddLayerNormInputGradient]: addLayerNormInputGradient,
    [AddLayerNormWeightGradient]: addLayerNormWeightGradient,
    [Attention]: attention,
    [AttentionGradient]: attentionGradient,
    [AdamW]: adamW,
    [SumSquares]: sumSquares,
  };
  for (const [name, kernel] of Object.entries(kernels)) {
    registerOnce<BackendWasm>(name, "wasm", (inputs, backend, attributes) =>
      kernel(callOf(inputs, backend, attributes)),
    );
  }
}

function gelu({ simd, input, at, output }: Call): TensorInfo {
  const [n, width] = input("x").shape as [number, number];
  const out = output(n, width);
  simd.gelu(at(out), at("x"), n * width);
  return out;
}

function geluGradient({ simd, input, at, output }: Call): TensorInfo {
  const [n, width] = input("x").shape as [number, number];
  const dx = output(n, width);
  simd.geluGradient(at(dx), at("dy"), at("x"), n * width);
  return dx;
}

function addLayerNorm({ simd, input, at, number, output }: Call): TensorInfo {
  const [n, width] = input("x").shape as [number, number];
  const repeated = input("residual").shape[0]!;
  const out = output(n, width);
  const [weight, bias] = [at("weight"), at("bias")];
  const epsilon = number("epsilon");
  simd.addLayerNorm(at(out), at("x"), at("residual"), repeated, weight, bias, n, width, epsilon);
  return out;
}

/** By x; the residual's is the same, summed over its repeats. */
function addLayerNormInputGradient({ simd, input, at, number, output }: Call): TensorInfo {
  const [n, width] = input("x").shape as [number, number];
  const dx = output(n, width);
  const [dy, x, residual, weight] = [at("dy"), at("x"), at("residual"), at("weight")];
  const [repeated, epsilon] = [input("residual").shape[0]!, number("epsilon")];
  simd.addLayerNormGradient(at(dx), dy, x, residual, repeated, weight, n, width, epsilon);
  return dx;
}

function addLayerNormWeightGradient(call: Call): TensorInfo {
  const { simd, input, at, number, output, scratch } = call;
  const [n, width] = input("x").shape as [number, number];
  const dWeight = output(width);
  const [dy, x, residual] = [at("dy"), at("x"), at("residual")];
  const [repeated, epsilon] = [input("residual").shape[0]!, number("epsilon")];
  scratch(width, (row) =>
    simd.layerNormWeightGradient(at(dWeight), dy, x, residual, repeated, n, width, epsilon, row),
  );
  return dWeight;
}

/** → one sum a tensor. */
function sumSquares({ simd, input, at, number, output, write }: Call): TensorInfo[] {
  const sums = Array.from({ length: number("tensors") }, (_, index) =>
    simd.sumSquares(at(`x${index}`), util.sizeFromShape(input(`x${index}`).shape)),
  );
  const out = output(sums.length);
  write(out, sums);
  return [out];
}

/** → parameter, first and second moment. */
function adamW({ simd, input, at, number, output }: Call): TensorInfo[] {
  const { shape } = input("parameter");
  const outputs = [output(...shape), output(...shape), output(...shape)];
  const [newParameter, newFirst, newSecond] = outputs.map(at) as [Pointer, Pointer, Pointer];
  const [beta1, beta2] = [number("beta1"), number("beta2")];
  simd.adamW(
    newParameter,
    newFirst,
    newSecond,
    at("parameter"),
    at("gradient"),
    at("first"),
    at("second"),
    at("factor"),
    util.sizeFromShape(shape),
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    number("stepSize"),
    number("scale"),
    number("epsilon"),
    number("decay"),
  );
  return outputs;
}
