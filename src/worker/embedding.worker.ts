/** @file An embedding worker: the encoder's forward pass on a core of its own. */

import { wasmPaths } from "./wasmPaths";
import { serveEmbeddings } from "./embeddingSession";

serveEmbeddings(self as DedicatedWorkerGlobalScope, { wasmPaths });
