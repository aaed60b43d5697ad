/** @file Tensors of tfjs's WASM backend as pointers into its memory. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Pointer, SimdKernels } from "./simd";

/** What tfjs's Emscripten module has and its types leave out. */
interface WasmHeap {
  asm: { memory: WebAssembly.Memory };
  _malloc(bytes: number): Pointer;
  _free(pointer: Pointer): void;
}

function heapOf(backend: BackendWasm): WasmHeap {
  return backend.wasm as unknown as WasmHeap;
}

export function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  return heapOf(backend).asm.memory;
}

/** A module works on one memory; a backend that is opened anew has another. */
const modules = new WeakMap<BackendWasm, SimdKernels>();

export function keepSimdKernels(backend: BackendWasm, kernels: SimdKernels): void {
  modules.set(backend, kernels);
}

export function simdKernels(backend: BackendWasm): SimdKernels {
  const kernels = modules.get(backend);
  if (kernels === undefined) throw new Error("this WASM backend was opened without its kernels");
  return kernels;
}

/** Where a tensor lies. It stays there: memory grows at its end. */
export function pointerTo(backend: BackendWasm, { dataId }: TensorInfo): Pointer {
  return backend.getMemoryOffset(dataId);
}

/** Lends memory for as long as `use` runs. */
export function withScratch(
  backend: BackendWasm,
  floats: number,
  use: (scratch: Pointer) => void,
): void {
  const heap = heapOf(backend);
  const scratch = heap._malloc(4 * floats) >>> 0; // signed above 2 GB
  if (scratch === 0) throw new RangeError(`no WASM memory is left for ${floats} numbers`);
  try {
    use(scratch);
  } finally {
    heap._free(scratch);
  }
}
