/** @file Our WebAssembly module: loops over the memory of tfjs's WASM backend. Its source is in `simd/`. */

import code from "./simd/index.ts?assemblyscript";
import relaxedCode from "./simd/index.ts?assemblyscript=relaxed-simd";

/** Where something lies in WASM memory, in bytes. */
export type Pointer = number;

/** The functions of the module; `simd/` says what each does. */
export interface SimdKernels {
  productTransposed(
    c: Pointer,
    strideC: number,
    a: Pointer,
    strideA: number,
    b: Pointer,
    strideB: number,
    m: number,
    n: number,
    k: number,
    bias: Pointer,
  ): void;
  product(
    c: Pointer,
    strideC: number,
    a: Pointer,
    rowA: number,
    columnA: number,
    b: Pointer,
    strideB: number,
    m: number,
    n: number,
    k: number,
    scratch: Pointer,
    adds: boolean,
  ): void;
  /** Floats of scratch memory. */
  productScratch(n: number, k: number): number;
  gelu(out: Pointer, x: Pointer, size: number): void;
  geluGradient(dx: Pointer, dy: Pointer, x: Pointer, size: number): void;
  addLayerNorm(
    out: Pointer,
    x: Pointer,
    residual: Pointer,
    residualRows: number,
    weight: Pointer,
    bias: Pointer,
    rows: number,
    width: number,
    epsilon: number,
  ): void;
  addLayerNormGradient(
    dx: Pointer,
    dy: Pointer,
    x: Pointer,
    residual: Pointer,
    residualRows: number,
    weight: Pointer,
    rows: number,
    width: number,
    epsilon: number,
  ): void;
  layerNormWeightGradient(
    dWeight: Pointer,
    dy: Pointer,
    x: Pointer,
    residual: Pointer,
    residualRows: number,
    rows: number,
    width: number,
    epsilon: number,
    scratch: Pointer,
  ): void;
  attention(
    out: Pointer,
    probabilities: Pointer,
    projected: Pointer,
    bias: Pointer,
    rows: number,
    length: number,
    heads: number,
    size: number,
    scratch: Pointer,
  ): void;
  attentionGradient(
    dProjected: Pointer,
    dOut: Pointer,
    probabilities: Pointer,
    projected: Pointer,
    rows: number,
    length: number,
    heads: number,
    size: number,
    scratch: Pointer,
  ): void;
  /** Floats of scratch memory. */
  attentionScratch(length: number, size: number): number;
  adamW(
    newParameter: Pointer,
    newFirst: Pointer,
    newSecond: Pointer,
    parameter: Pointer,
    gradient: Pointer,
    first: Pointer,
    second: Pointer,
    factor: Pointer,
    size: number,
    beta1: number,
    keep1: number,
    beta2: number,
    keep2: number,
    stepSize: number,
    scale: number,
    epsilon: number,
    decay: number,
  ): void;
  sumSquares(x: Pointer, size: number): number;
  gatherRows(out: Pointer, table: Pointer, indices: Pointer, count: number, width: number): void;
  scatterRows(table: Pointer, indices: Pointer, rows: Pointer, count: number, width: number): void;
  sumSegments(
    out: Pointer,
    values: Pointer,
    order: Pointer,
    starts: Pointer,
    count: number,
    width: number,
  ): void;
  sumRows(out: Pointer, x: Pointer, stride: number, rows: number, width: number): void;
}

/** The module that a browser runs, and what to call it. */
export interface LoadedSimd {
  kernels: SimdKernels;
  name: "relaxed SIMD" | "SIMD";
}

/**
 * The module over a memory, or `undefined` where WebAssembly has no SIMD. Relaxed
 * SIMD multiplies and adds in one instruction; which of the two modules runs
 * depends on the browser alone, so that equal seeds give equal bits in it.
 */
export async function loadSimdKernels(memory: WebAssembly.Memory): Promise<LoadedSimd | undefined> {
  for (const [name, base64] of [
    ["relaxed SIMD", relaxedCode],
    ["SIMD", code],
  ] as const) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    if (!WebAssembly.validate(bytes)) continue;
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    return { kernels: instance.exports as unknown as SimdKernels, name };
  }
  return undefined;
}
