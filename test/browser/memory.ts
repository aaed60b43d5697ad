/** @file What a long run on WebGPU holds, for memory.test.ts. */

import * as tf from "@tensorflow/tfjs-core";
import { openBackend } from "../../src/encoder/backend";
import { type MemoryPoint, memoryCurve } from "../training/memoryCurve";
import { countGpuBuffers } from "./gpuBuffers";

/** What WebGPU and Chromium can tell besides. */
export interface GpuPoint extends MemoryPoint {
  /** Bytes of the buffers that hold tensors now. */
  usedGpuBytes: number;
  /** Buffers of the GPU that were made and not destroyed, whoever made them. */
  buffers: number;
  bufferBytes: number;
  /** Of JavaScript's heap after a collection. */
  heapBytes: number;
}

const deviceFailures: string[] = [];

const memory = {
  /** @returns name of the GPU */
  async open(): Promise<string> {
    const { adapter } = await openBackend("webgpu", {
      wasmPaths: "",
      onDeviceFailure: (message) => deviceFailures.push(message),
    });
    // Small tensors would stay on the CPU and take no buffer.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    return adapter;
  },

  async curve(steps: number, stepsBetween: number) {
    const held = countGpuBuffers();
    const points: GpuPoint[] = await memoryCurve(steps, stepsBetween, async () => ({
      usedGpuBytes: (tf.memory() as tf.MemoryInfo & { numBytesInGPU: number }).numBytesInGPU,
      ...held(),
      heapBytes: await globalThis.collectedHeapBytes(),
    }));
    return { points, deviceFailures };
  },
};

declare global {
  var memoryRun: typeof memory;
  /** Given by the test: the page cannot ask for a collection. */
  var collectedHeapBytes: () => Promise<number>;
}

globalThis.memoryRun = memory;
