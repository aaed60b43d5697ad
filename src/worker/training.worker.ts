/** @file The training worker: everything that computes runs here, never on the page's thread. */

import { serve } from "./session";
import { wasmPaths } from "./wasmPaths";

serve(self as DedicatedWorkerGlobalScope, {
  wasmPaths,
  startEmbeddingWorker: () =>
    new Worker(new URL("./embedding.worker.ts", import.meta.url), {
      type: "module",
      name: "embedding",
    }),
});
