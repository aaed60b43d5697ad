/** @file The engine without its fused kernels: what tfjs alone makes of the plain compositions. */

import * as tf from "@tensorflow/tfjs-core";
import { AdamW } from "../../src/encoder/kernels/adamW";
import { AddLayerNorm } from "../../src/encoder/kernels/addLayerNorm";
import { Attention } from "../../src/encoder/kernels/attention";
import { Gelu } from "../../src/encoder/kernels/gelu";
import { LinearMaps } from "../../src/encoder/kernels/linear";
import { SumSquares } from "../../src/encoder/kernels/sumSquares";

/** Without these, their gradients are not asked for either. */
const fused = [LinearMaps, Gelu, AddLayerNorm, Attention, AdamW, SumSquares];
/** Kernels of tfjs that ours take the place of on WASM. */
const replaced = [tf.BatchMatMul, tf.Sum, tf.Identity];

/** Call it before the backend is opened: it remembers tfjs's own kernels. */
export function plainKernels(backend: "wasm" | "webgpu"): <T>(run: () => Promise<T>) => Promise<T> {
  const find = (name: string): tf.KernelConfig => ({ ...tf.getKernel(name, backend) });
  const originals = backend === "wasm" ? replaced.map(find) : [];
  return async (run) => {
    const ours = [...fused, ...originals.map(({ kernelName }) => kernelName)].map(find);
    ours.forEach(({ kernelName }) => tf.unregisterKernel(kernelName, backend));
    originals.forEach(tf.registerKernel);
    try {
      return await run();
    } finally {
      originals.forEach(({ kernelName }) => tf.unregisterKernel(kernelName, backend));
      ours.forEach(tf.registerKernel);
    }
  };
}
