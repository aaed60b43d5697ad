/** @file Counts what a stretch of computing does to the backend, by standing between for its time. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";

export interface Counts {
  /** Kernels of tfjs and of our own, those run by gradients included. */
  kernels: number;
  /** Compute programs the GPU was given; 0 without one, as the next three. */
  dispatches: number;
  /** Times that commands were sent to the GPU. */
  submits: number;
  /** Values waited for, without blocking. */
  readBacks: number;
  /** Values waited for while everything stands still. */
  synchronousReadBacks: number;
  /** The most bytes that tensors took after any kernel, and what the backend then held. */
  peak: MemoryUse;
}

export interface MemoryUse {
  tensors: number;
  usedBytes: number;
  /** What the backend holds for them, its pool included; null where it cannot tell. */
  allocatedBytes: number | null;
}

/** What tensors take now, on the backend that runs. */
export function memoryUse(): MemoryUse {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, usedBytes: numBytes, allocatedBytes: allocatedBytes() };
}

function allocatedBytes(): number | null {
  const backend: object = tf.backend();
  if (isWebgpu(backend)) return backend.bufferManager.numBytesAllocated;
  // The heap of WASM only grows. What JavaScript holds for the CPU backend cannot be asked.
  return "wasm" in backend ? (backend.wasm as { HEAPU8: Uint8Array }).HEAPU8.byteLength : null;
}

function isWebgpu(backend: object): backend is WebGPUBackend {
  return tf.getBackend() === "webgpu" && "bufferManager" in backend;
}

/**
 * Starts to count; `stop` gives the counts and steps aside. Not by `tf.profile`,
 * which reads each kernel's result synchronously where a backend has no timer.
 */
export function startCounting(): { stop(): Counts } {
  const counts: Counts = {
    kernels: 0,
    dispatches: 0,
    submits: 0,
    readBacks: 0,
    synchronousReadBacks: 0,
    peak: memoryUse(),
  };
  const engine = tf.engine();
  const backend: object = tf.backend();
  const undo = [
    after(engine, "runKernel", () => {
      counts.kernels += 1;
      const use = memoryUse();
      if (use.usedBytes >= counts.peak.usedBytes) counts.peak = use;
    }),
    ...(isWebgpu(backend)
      ? countGpu(backend, counts)
      : [
          after(engine, "read", () => (counts.readBacks += 1)),
          after(engine, "readSync", () => (counts.synchronousReadBacks += 1)),
        ]),
  ];
  return {
    stop() {
      for (const restore of undo) restore();
      return counts;
    },
  };
}

function countGpu(backend: WebGPUBackend, counts: Counts): (() => void)[] {
  return [
    // At the GPU's own interface, so that no program escapes, whoever starts it.
    after(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => (counts.dispatches += 1)),
    after(GPUQueue.prototype, "submit", () => (counts.submits += 1)),
    after(GPUBuffer.prototype, "mapAsync", () => (counts.readBacks += 1)),
    // tfjs reads through a canvas, but only what the CPU has no copy of.
    before(backend, "readSync", (dataId) => {
      const known = backend.tensorMap.get(dataId);
      if (known?.values == null) counts.synchronousReadBacks += 1;
    }),
  ];
}

type Method = (...parameters: never[]) => unknown;
type MethodName<T> = { [K in keyof T]: T[K] extends Method ? K : never }[keyof T];

/** Calls `tell` after each call of a method; returns what puts the method back. */
function after<T extends object, K extends MethodName<T>>(
  object: T,
  name: K,
  tell: () => void,
): () => void {
  return wrap(object, name, (original) => {
    const result = original();
    tell();
    return result;
  });
}

/** Calls `tell` with the first argument before each call of a method. */
function before<T extends object, K extends MethodName<T>>(
  object: T,
  name: K,
  tell: (first: object) => void,
): () => void {
  return wrap(object, name, (original, first) => {
    tell(first as object);
    return original();
  });
}

function wrap<T extends object, K extends MethodName<T>>(
  object: T,
  name: K,
  around: (original: () => unknown, first: unknown) => unknown,
): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  const method = object[name] as (...parameters: unknown[]) => unknown;
  Object.defineProperty(object, name, {
    configurable: true,
    writable: true,
    value(this: T, ...parameters: unknown[]) {
      return around(() => method.apply(this, parameters), parameters[0]);
    },
  });
  return () => {
    if (own) Object.defineProperty(object, name, own);
    else Reflect.deleteProperty(object, name);
  };
}
