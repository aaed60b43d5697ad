/** @file What browser and machine offer, asked before anything is computed. */

import * as tf from "@tensorflow/tfjs-core";
import type { Fact } from "./findings";

const features = ["shader-f16", "subgroups", "timestamp-query"] as const;

/** The limits that tensors and programs of the lab can run into. */
const limits = {
  maxBufferSize: "bytes",
  maxStorageBufferBindingSize: "bytes",
  maxStorageBuffersPerShaderStage: "count",
  maxComputeWorkgroupSizeX: "count",
  maxComputeWorkgroupSizeY: "count",
  maxComputeWorkgroupSizeZ: "count",
  maxComputeInvocationsPerWorkgroup: "count",
  maxComputeWorkgroupStorageSize: "bytes",
  maxComputeWorkgroupsPerDimension: "count",
} as const;

/** Cores, memory, WebAssembly and the WebGPU adapter. */
export async function machineFacts(): Promise<Fact[]> {
  return [...hostFacts(), ...(await wasmFacts()), ...(await webgpuFacts())];
}

function hostFacts(): Fact[] {
  const { navigator } = globalThis;
  // Only Chromium tells.
  const memory = (navigator as { deviceMemory?: number } | undefined)?.deviceMemory;
  return [
    fact("browser", navigator?.userAgent ?? "none"),
    fact("cores", navigator?.hardwareConcurrency ?? "not told"),
    fact("device memory", memory === undefined ? "not told" : `${memory} GB, rounded`),
  ];
}

async function wasmFacts(): Promise<Fact[]> {
  const flag = async (name: string): Promise<boolean> => Boolean(await tf.env().getAsync(name));
  return [
    fact("cross-origin isolated", globalThis.crossOriginIsolated ?? false),
    fact("WASM SIMD", await flag("WASM_HAS_SIMD_SUPPORT")),
    fact("WASM threads", await flag("WASM_HAS_MULTITHREAD_SUPPORT")),
  ];
}

async function webgpuFacts(): Promise<Fact[]> {
  const gpu = globalThis.navigator?.gpu;
  if (gpu === undefined) return [fact("WebGPU", "this browser has none")];
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return [fact("WebGPU", "no adapter")];
  const { info } = adapter;
  return [
    fact("WebGPU vendor", info.vendor || "not told"),
    fact("WebGPU architecture", info.architecture || "not told"),
    fact("WebGPU device", info.device || "not told"),
    fact("WebGPU description", info.description || "not told"),
    fact("WebGPU fallback adapter", info.isFallbackAdapter),
    ...features.map((name) => fact(name, adapter.features.has(name))),
    ...(Object.keys(limits) as (keyof typeof limits)[]).map((name): Fact => {
      const unit = limits[name];
      return { ...fact(name, adapter.limits[name]), ...(unit === "bytes" && { unit }) };
    }),
  ];
}

function fact(name: string, value: Fact["value"]): Fact {
  return { type: "fact", name, value };
}
