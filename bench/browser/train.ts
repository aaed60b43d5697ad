/** @file The page of `bench/train.mjs`: our training step against the plain tfjs composition. */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { memoryUse } from "../../src/doctor/counting";
import { openBackend } from "../../src/encoder/backend";
import { plainKernels } from "./plainKernels";
import { startRun, type StepSizes } from "./startRun";
import { timeJaxStep } from "./trainJax.js";

let withPlain: ReturnType<typeof plainKernels>;

const bench = {
  async open(backend: "wasm" | "webgpu") {
    withPlain = plainKernels(backend);
    const folder = "/node_modules/@tensorflow/tfjs-backend-wasm/dist/";
    const { adapter, reason } = await openBackend(backend, { wasmPaths: folder });
    const isSoftware = backend === "webgpu" && reason !== "";
    // Small tensors would run on the CPU and not be counted.
    if (backend === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
    return { adapter, isSoftware, tfjs: tf.version_core };
  },

  /** Least milliseconds of a step, ours and plain in turns, and the loss of the first step of each. */
  async compare(sizes: StepSizes, rounds: number, plainToo: boolean) {
    const run = startRun(sizes);
    const least = { ours: Infinity, plain: Infinity };
    const losses = { ours: await run.step(), plain: NaN };
    if (plainToo) {
      const other = startRun(sizes);
      losses.plain = await withPlain(other.step);
      other.dispose();
    }
    for (let round = 0; round < rounds; round++) {
      least.ours = Math.min(least.ours, await milliseconds(run.step));
      if (plainToo)
        least.plain = Math.min(least.plain, await withPlain(() => milliseconds(run.step)));
    }
    run.dispose();
    return { least, losses };
  },

  /**
   * Bytes before the second step (the state), the most in it, and what the
   * backend then holds; on a fresh page, since no backend gives memory back.
   */
  async memory(sizes: StepSizes, plain: boolean): Promise<MemoryOfStep> {
    const live = countLiveBytes();
    const run = startRun(sizes);
    const measured = async () => {
      await run.step();
      const state = live.now();
      live.forgetPeak();
      await run.step();
      return { state, peak: live.peak(), held: memoryUse().allocatedBytes ?? NaN };
    };
    const result = await (plain ? withPlain(measured) : measured());
    run.dispose();
    return result;
  },

  /** The step in jax-js, from the URL of its module; on one thread, as it shares no memory with others. */
  async jax(url: string, sizes: StepSizes, rounds: number) {
    Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
    const jax = (await import(/* @vite-ignore */ url)) as {
      init(device: string): Promise<string[]>;
      defaultDevice(device: string): void;
    };
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    return await timeJaxStep(jax, sizes, rounds);
  },

  /** Programs that the GPU is given for a forward pass of the passages and for a step. */
  async dispatches(sizes: StepSizes) {
    const backend = tf.backend() as WebGPUBackend;
    const original = backend.runWebGPUProgram.bind(backend);
    let count = 0;
    backend.runWebGPUProgram = (...call) => {
      count++;
      return original(...call);
    };
    const counted = async (use: () => Promise<unknown>) => {
      const before = count;
      await use();
      return count - before;
    };
    const run = startRun(sizes);
    const result = {
      forward: {
        ours: await counted(run.forward),
        plain: await withPlain(() => counted(run.forward)),
      },
      step: { ours: await counted(run.step), plain: await withPlain(() => counted(run.step)) },
    };
    run.dispose();
    backend.runWebGPUProgram = original;
    return result;
  },
};

/** Bytes of the tensors of a step; two tensors that share data count once. */
export interface MemoryOfStep {
  state: number;
  peak: number;
  held: number;
}

/** Counts what tensors take from now on. `tf.memory()` counts shared data once a tensor. */
function countLiveBytes() {
  const { tensorInfo } = tf.engine().state;
  const sizes = new Map<object, number>();
  let [now, peak] = [0, 0];
  const [add, remove] = [tensorInfo.set.bind(tensorInfo), tensorInfo.delete.bind(tensorInfo)];
  tensorInfo.set = (dataId, info) => {
    const bytes = tf.util.sizeFromShape(info.shape) * tf.util.bytesPerElement(info.dtype);
    now += bytes - (sizes.get(dataId) ?? 0);
    sizes.set(dataId, bytes);
    peak = Math.max(peak, now);
    return add(dataId, info);
  };
  tensorInfo.delete = (dataId) => {
    now -= sizes.get(dataId) ?? 0;
    sizes.delete(dataId);
    return remove(dataId);
  };
  return { now: () => now, peak: () => peak, forgetPeak: () => (peak = now) };
}

async function milliseconds(use: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await use();
  return performance.now() - start;
}

declare global {
  var trainBench: typeof bench;
}

globalThis.trainBench = bench;
