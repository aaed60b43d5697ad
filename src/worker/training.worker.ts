/** @file The training worker: everything that computes runs here, never on the page's thread. */

import { browserDurability } from "./durability";
import { serve } from "./session";
import { wasmPaths } from "./wasmPaths";

serve(self as DedicatedWorkerGlobalScope, {
  wasmPaths,
  durability: browserDurability(),
  startEmbeddingWorker: () =>
    new Worker(new URL("./embedding.worker.ts", import.meta.url), {
      type: "module",
      name: "embedding",
    }),
});
