/** @file What a kernel on tfjs's WASM backend works with. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type Inputs, input } from "../register";
import { pointerTo, simdKernels, withScratch } from "./memory";
import type { Pointer, SimdKernels } from "./simd";

/** One call of a kernel: its inputs by name, its attributes, and what it computes with. */
export interface Call {
  simd: SimdKernels;
  input(name: string): TensorInfo;
  /** Where an input or output lies. */
  at(tensor: TensorInfo | string): Pointer;
  number(attribute: string): number;
  numbers(attribute: string): number[];
  flag(attribute: string): boolean;
  output(...shape: number[]): TensorInfo;
  /** Sets an output's values. */
  write(tensor: TensorInfo, values: number[]): void;
  scratch(floats: number, use: (scratch: Pointer) => void): void;
}

export function callOf(inputs: Inputs, backend: BackendWasm, attributes: NamedAttrMap): Call {
  return {
    simd: simdKernels(backend),
    input: (name) => input(inputs, name),
    at: (tensor) => pointerTo(backend, typeof tensor === "string" ? input(inputs, tensor) : tensor),
    number: (attribute) => attributes[attribute] as number,
    numbers: (attribute) => attributes[attribute] as number[],
    flag: (attribute) => attributes[attribute] as boolean,
    output: (...shape) => backend.makeOutput(shape, "float32"),
    write: (tensor, values) => backend.typedArrayFromHeap(tensor).set(values),
    scratch: (floats, use) => withScratch(backend, floats, use),
  };
}
