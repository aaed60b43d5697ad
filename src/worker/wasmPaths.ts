import wasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";

const at = (url: string): string => new URL(url, import.meta.url).href;

/** Where the bundler put tfjs's binaries. */
export const wasmPaths = {
  "tfjs-backend-wasm.wasm": at(wasm),
  "tfjs-backend-wasm-simd.wasm": at(wasmSimd),
  // tfjs asks for a path to each of its builds; this one is never started.
  "tfjs-backend-wasm-threaded-simd.wasm": at(wasmSimd),
};
