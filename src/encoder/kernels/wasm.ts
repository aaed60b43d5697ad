/**
 * @file Kernels on tfjs's WASM backend: the row kernels, and matrix products.
 *
 * tfjs sends a product to XNNPACK only when it is one matrix by one matrix and
 * neither is transposed; all others take a plain loop. Measured with 4.22.0 on
 * one core: 31 against 2 GFLOP/s. Gradients and attention are made of the
 * slow kind, so each is turned into fast ones here.
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { BatchMatMul, Sum, Transpose, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { registerRowKernels } from "./heap";
import { input, type Kernel, replaceKernel } from "./register";

export function registerWasmKernels(): void {
  registerRowKernels<BackendWasm>({
    backendName: "wasm",
    allocate: (backend, shape) => backend.makeOutput(shape, "float32"),
    view: floats,
  });
  replaceKernel<BackendWasm>(BatchMatMul, "wasm", fastMatMul);
  replaceKernel<BackendWasm>(Sum, "wasm", fastSum);
}

/**
 * `Sum` over the first axis as a product with a row of ones: .4 instead of 22 ms
 * for [4096, 768]. The gradient of every bias is such a sum.
 */
function fastSum(sumKernel: Kernel<BackendWasm>): Kernel<BackendWasm> {
  return (inputs, backend, attributes) => {
    const x = input(inputs, "x");
    const axes = util.parseAxisParam(attributes["axis"] as number | number[], x.shape);
    const [rows, width] = x.shape;
    const isColumns = x.shape.length === 2 && axes.length === 1 && axes[0] === 0;
    if (!isColumns || x.dtype !== "float32" || rows! < 2) {
      return sumKernel(inputs, backend, attributes);
    }
    const ones = backend.makeOutput([1, rows!], "float32");
    floats(backend, ones).fill(1);
    const product = tf.getKernel(BatchMatMul, "wasm").kernelFunc;
    const attrs = { transposeA: false, transposeB: false };
    const out = product({ inputs: { a: ones, b: x }, backend, attrs }) as TensorInfo;
    backend.disposeData(ones.dataId);
    return { ...out, shape: attributes["keepDims"] ? [1, width!] : [width!] };
  };
}

/** `BatchMatMul` by products of two untransposed matrices. */
function fastMatMul(product: Kernel<BackendWasm>): Kernel<BackendWasm> {
  return (inputs, backend, attributes) => {
    const [a, b] = [input(inputs, "a"), input(inputs, "b")];
    const outer = a.shape.slice(0, -2);
    const broadcasts = !util.arraysEqual(outer, b.shape.slice(0, -2));
    if (broadcasts) return product(inputs, backend, attributes);

    const left = attributes["transposeA"] ? transposed(a, backend) : a;
    const right = attributes["transposeB"] ? transposed(b, backend) : b;
    const plain = { transposeA: false, transposeB: false };
    const out =
      util.sizeFromShape(outer) === 1
        ? product({ a: left, b: right }, backend, plain)
        : eachProduct(product, left, right, backend);
    if (left !== a) backend.disposeData(left.dataId);
    if (right !== b) backend.disposeData(right.dataId);
    return out;
  };
}

/** One product for each matrix of a batch: a [batch, m, k] · b [batch, k, n] → [batch, m, n]. */
function eachProduct(
  product: Kernel<BackendWasm>,
  a: TensorInfo,
  b: TensorInfo,
  backend: BackendWasm,
): TensorInfo {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const outer = a.shape.slice(0, -2);
  const out = backend.makeOutput([...outer, m, n], "float32");
  const plain = { transposeA: false, transposeB: false };
  for (let index = 0; index < util.sizeFromShape(outer); index++) {
    const left = copyOf(a, index * m * k, [m, k], backend);
    const right = copyOf(b, index * k * n, [k, n], backend);
    const result = product({ a: left, b: right }, backend, plain);
    // The heap may have moved when it grew: views are taken anew each time.
    floats(backend, out).set(floats(backend, result), index * m * n);
    for (const { dataId } of [left, right, result]) backend.disposeData(dataId);
  }
  return out;
}

function copyOf(
  source: TensorInfo,
  start: number,
  shape: [number, number],
  backend: BackendWasm,
): TensorInfo {
  const copy = backend.makeOutput(shape, "float32");
  const values = floats(backend, source);
  floats(backend, copy).set(values.subarray(start, start + shape[0] * shape[1]));
  return copy;
}

/** The last two axes swapped. */
function transposed(x: TensorInfo, backend: BackendWasm): TensorInfo {
  const rank = x.shape.length;
  const perm = [...x.shape.keys()];
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  const kernel = tf.getKernel(Transpose, "wasm");
  return kernel.kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
}

function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
