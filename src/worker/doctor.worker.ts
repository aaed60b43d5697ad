/** @file The doctor's worker: apart from the training worker, so that an examination disturbs no run. */

import { serveDoctor } from "./doctorSession";
import { wasmPaths } from "./wasmPaths";

serveDoctor(self as DedicatedWorkerGlobalScope, { wasmPaths });
