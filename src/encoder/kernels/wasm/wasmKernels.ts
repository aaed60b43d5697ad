/**
 * @file Kernels on tfjs's WASM backend, by our own WebAssembly module.
 *
 * tfjs sends a product to XNNPACK only when it is one matrix by one matrix and
 * neither is transposed; all others take a plain loop. Measured with 4.22.0 on
 * one core: 31 against 2 GFLOP/s. Gradients and attention are made of the slow
 * kind; our products reach 62 in every layout.
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import {
  BatchMatMul,
  Identity,
  type NamedAttrMap,
  Sum,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import { registerRowKernels } from "../heap";
import { input, type Kernel, replaceKernel } from "../register";
import { loadSimdKernels, type Pointer } from "./simd";
import { registerFusedWasmKernels } from "./fused";
import { keepSimdKernels, memoryOf, pointerTo, simdKernels, withScratch } from "./memory";

/**
 * Registers what the browser can run, and names it; without SIMD, all but the row
 * kernels stays tfjs's own.
 */
export async function registerWasmKernels(): Promise<"relaxed SIMD" | "SIMD" | "no SIMD"> {
  const backend = tf.backend() as BackendWasm;
  const simd = await loadSimdKernels(memoryOf(backend));
  if (simd === undefined) {
    registerRowKernels<BackendWasm>({
      backendName: "wasm",
      allocate: (owner, shape) => owner.makeOutput(shape, "float32"),
      view: (owner, tensor) => owner.typedArrayFromHeap(tensor) as Float32Array,
    });
    return "no SIMD";
  }
  keepSimdKernels(backend, simd.kernels);
  registerFusedWasmKernels();
  replaceKernel<BackendWasm>(BatchMatMul, "wasm", fastMatMul);
  replaceKernel<BackendWasm>(Sum, "wasm", fastSum);
  replaceKernel<BackendWasm>(Identity, "wasm", sharedIdentity);
  return simd.name;
}

/** `BatchMatMul` by our products, for equal batches of matrices of which at most one is transposed. */
function fastMatMul(product: Kernel<BackendWasm>): Kernel<BackendWasm> {
  return (inputs, backend, attributes) => {
    const [a, b] = [input(inputs, "a"), input(inputs, "b")];
    const sizes = productSizes(a, b, attributes);
    if (sizes === undefined) return product(inputs, backend, attributes);
    const { outer, m, n, k } = sizes;
    const { transposeA, transposeB } = attributes;
    const [rowA, columnA] = transposeA ? [1, m] : [k, 1];
    const out = backend.makeOutput([...outer, m, n], "float32");
    const simd = simdKernels(backend);
    let [atA, atB, atOut] = [a, b, out].map((tensor) => pointerTo(backend, tensor)) as Pointers;
    withScratch(backend, transposeB ? 1 : simd.productScratch(n, k), (scratch) => {
      for (let count = util.sizeFromShape(outer); count > 0; count--) {
        if (transposeB) simd.productTransposed(atOut, n, atA, k, atB, k, m, n, k, 0);
        else simd.product(atOut, n, atA, rowA, columnA, atB, n, m, n, k, scratch, false);
        [atA, atB, atOut] = [atA + 4 * m * k, atB + 4 * k * n, atOut + 4 * m * n];
      }
    });
    return out;
  };
}

type Pointers = [Pointer, Pointer, Pointer];

/** Sizes of `outer` products of [m, k] by [k, n]; undefined where tfjs's kernel must do or refuse them. */
function productSizes(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: NamedAttrMap,
): { outer: number[]; m: number; n: number; k: number } | undefined {
  const outer = a.shape.slice(0, -2);
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [kOfB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  const matches = util.arraysEqual(outer, b.shape.slice(0, -2)) && k === kOfB;
  if (!matches || (transposeA && transposeB) || m * n * k === 0) return undefined;
  if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  return { outer, m, n, k };
}

/**
 * `Sum` over the first axes: .4 instead of 22 ms for [4096, 768], for which
 * tfjs transposes. The gradient of what was broadcast is such a sum.
 */
function fastSum(sum: Kernel<BackendWasm>): Kernel<BackendWasm> {
  return (inputs, backend, attributes) => {
    const x = input(inputs, "x");
    const axes = util.parseAxisParam(attributes["axis"] as number | number[], x.shape);
    const isFirst = axes.toSorted((a, b) => a - b).every((axis, index) => axis === index);
    const kept = x.shape.slice(axes.length);
    if (!isFirst || kept.length === 0 || x.dtype !== "float32" || util.sizeFromShape(x.shape) === 0)
      return sum(inputs, backend, attributes);
    const rows = util.sizeFromShape(x.shape.slice(0, axes.length));
    const shape = attributes["keepDims"] ? [...axes.map(() => 1), ...kept] : kept;
    const out = backend.makeOutput(shape, "float32");
    const width = util.sizeFromShape(kept);
    const [to, from] = [pointerTo(backend, out), pointerTo(backend, x)];
    simdKernels(backend).sumRows(to, from, width, rows, width);
    return out;
  };
}

/** `Identity` without a copy, as on tfjs's other backends: each tensor saved for a gradient is one. */
function sharedIdentity(identity: Kernel<BackendWasm>): Kernel<BackendWasm> {
  return (inputs, backend, attributes) => {
    const x = input(inputs, "x");
    if (x.dtype === "string") return identity(inputs, backend, attributes);
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype } satisfies TensorInfo;
  };
}
