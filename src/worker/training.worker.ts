/** @file The training worker: everything that computes runs here, never on the page's thread. */

import wasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import { serve } from "./session";

const at = (url: string): string => new URL(url, import.meta.url).href;

serve(self as DedicatedWorkerGlobalScope, {
  wasmPaths: {
    "tfjs-backend-wasm.wasm": at(wasm),
    "tfjs-backend-wasm-simd.wasm": at(wasmSimd),
    // tfjs asks for a path to each of its builds; this one is never started.
    "tfjs-backend-wasm-threaded-simd.wasm": at(wasmSimd),
  },
});
