/** @file Picks what tensors run on. The only file that names a backend's package. */

// First: the others register themselves with it.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { registerCpuKernels } from "./kernels/cpu";
import { registerWasmKernels } from "./kernels/wasm/wasmKernels";
import { registerWebgpuKernels } from "./kernels/webgpu/webgpuKernels";

export type BackendName = "webgpu" | "wasm" | "cpu";

/** The backend that runs, and why. */
export interface BackendReport {
  backend: BackendName;
  /** Name of the GPU, or how WASM runs. */
  adapter: string;
  /** Why not a faster backend; empty where there is none. */
  reason: string;
}

/** Where the three WASM binaries of tfjs are: a folder's path, or the URL of each. */
export type WasmPaths = Parameters<typeof setWasmPaths>[0];

export interface BackendOptions {
  wasmPaths: WasmPaths;
  /** Told when the GPU goes away, or refuses work: what it computes from then on is not to be used. */
  onDeviceFailure?: (message: string) => void;
}

/**
 * Starts a backend. `auto` takes hardware WebGPU, else WASM, else CPU; a named
 * backend that is not there is an error, never a silent change.
 */
export async function openBackend(
  choice: "auto" | BackendName,
  options: BackendOptions,
): Promise<BackendReport> {
  if (choice === "webgpu") {
    const adapter = await requestAdapter();
    if (adapter === null) throw new Error(`?backend=webgpu was asked for, but ${noAdapter()}`);
    return await openWebgpu(adapter, options);
  }
  if (choice === "wasm") return await openWasm("asked for by ?backend=wasm", options);
  if (choice === "cpu") return await openCpu("asked for by ?backend=cpu");

  const adapter = await requestAdapter();
  const attempt = await tryHardware(adapter, options);
  if (typeof attempt !== "string") return attempt;
  try {
    return await openWasm(attempt, options);
  } catch (error) {
    return await openCpu(`${attempt}; WASM did not start: ${message(error)}`);
  }
}

/** Hardware WebGPU, or why there is none. */
async function tryHardware(
  adapter: GPUAdapter | null,
  options: BackendOptions,
): Promise<BackendReport | string> {
  if (adapter === null) return noAdapter();
  if (isSoftware(adapter)) {
    return `WebGPU has only the software adapter ${adapterName(adapter)}, slower than WASM`;
  }
  try {
    return await openWebgpu(adapter, options);
  } catch (error) {
    return `WebGPU did not start: ${message(error)}`;
  }
}

/**
 * Ends the backend that runs, and with it every tensor there is; `openBackend`
 * starts it anew. Disposing a tensor of before does nothing then.
 */
export function closeBackend(): void {
  const backend = tf.backend();
  tf.engine().reset();
  if (backend instanceof WebGPUBackend) backend.device.destroy();
}

/**
 * Brings tensors to where kernels work on them. tfjs computes on the CPU with
 * small tensors that have not been on the GPU yet, whose last bits then differ
 * from what the GPU gives; tensors made from stored values are such.
 */
export function uploadTensors(tensors: Iterable<tf.Tensor>): void {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) return;
  for (const { dataId } of tensors) backend.uploadToGPU(dataId);
}

async function openWebgpu(adapter: GPUAdapter, options: BackendOptions): Promise<BackendReport> {
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  const backend = new WebGPUBackend(device, adapter.info);
  const fail = (message: string): void => {
    // A device that was closed on purpose is no failure.
    if (tf.engine().registry["webgpu"] === backend) options.onDeviceFailure?.(message);
  };
  void device.lost.then(({ message }) => fail(`the GPU was lost: ${message}`));
  device.addEventListener("uncapturederror", ({ error }) =>
    fail(error instanceof GPUOutOfMemoryError ? `out of memory: ${error.message}` : error.message),
  );
  // tfjs's own factory neither reports a missing adapter nor lets the device be watched.
  if (tf.findBackendFactory("webgpu") !== null) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => backend);
  await setBackend("webgpu");
  registerWebgpuKernels();
  const software = isSoftware(adapter) ? "software adapter, asked for by ?backend=webgpu" : "";
  return { backend: "webgpu", adapter: adapterName(adapter), reason: software };
}

/**
 * One thread, whatever the page allows: the threaded build of tfjs 4.22 starts
 * eight workers and computes with one (`getThreadsCount()` is 1 after
 * `setThreadsCount(4)`, measured in Chromium 156).
 */
async function openWasm(reason: string, options: BackendOptions): Promise<BackendReport> {
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths(options.wasmPaths);
  await setBackend("wasm");
  const simd = await registerWasmKernels();
  return { backend: "wasm", adapter: `${simd}, 1 thread`, reason };
}

async function openCpu(reason: string): Promise<BackendReport> {
  await setBackend("cpu");
  registerCpuKernels();
  return { backend: "cpu", adapter: "plain JavaScript", reason };
}

/** tfjs answers `true` or falls back in silence, so the name is checked too. */
async function setBackend(name: BackendName): Promise<void> {
  const started = await tf.setBackend(name);
  await tf.ready();
  if (!started || tf.getBackend() !== name) {
    throw new Error(`the ${name} backend did not start; tfjs runs on ${tf.getBackend()}`);
  }
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  const gpu = globalThis.navigator?.gpu;
  return (await gpu?.requestAdapter({ powerPreference: "high-performance" })) ?? null;
}

function noAdapter(): string {
  return globalThis.navigator?.gpu === undefined
    ? "this browser has no WebGPU"
    : "WebGPU finds no adapter (in Chrome on Linux, see chrome://flags/#enable-unsafe-webgpu)";
}

function isSoftware(adapter: GPUAdapter): boolean {
  const { info } = adapter;
  return info.isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(adapterName(adapter));
}

function adapterName({ info }: GPUAdapter): string {
  return info.description || [info.vendor, info.architecture].filter(Boolean).join(" ") || "GPU";
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
