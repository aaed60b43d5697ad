/** @file What `bench/partialTraining.mjs` times, on WASM in Node. */

import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { registerWasmKernels } from "../src/encoder/kernels/wasm/wasmKernels";
import { defaultLora, layerMaps, type TrainedPart } from "../src/training/config";
import { type StepSizes, startRun } from "./browser/startRun";

const parts: [string, TrainedPart][] = [
  ["all parameters", { part: "all" }],
  ["all but the word embeddings", { part: "without-words" }],
  ["the last layer", { part: "last-layers", layers: 1 }],
  ["the layer norms", { part: "layer-norms" }],
  ["adapters of query and value, rank 8", defaultLora],
  ["adapters of every matrix, rank 8", { ...defaultLora, targets: [...layerMaps] }],
  ["a projection on top", { part: "projection" }],
];

export interface PartTimes {
  name: string;
  /** Least milliseconds of processor time of a step whose fused kernels compute all gradients they have. */
  all: number;
  /** The same, computing the gradients of what trains only. */
  asked: number;
}

/** Both ways in turns, part by part. */
export async function timeParts(
  sizes: StepSizes,
  rounds: number,
  wasmPaths: string,
): Promise<PartTimes[]> {
  setWasmPaths(wasmPaths);
  await tf.setBackend("wasm");
  await registerWasmKernels();
  const asked = ["LinearMaps", "AddLayerNorm"].map((name) => ({ ...tf.getGradient(name) }));
  const all = asked.map(computingAll);
  const times: PartTimes[] = [];
  for (const [name, trained] of parts) {
    const run = startRun(sizes, trained);
    const least = { all: Infinity, asked: Infinity };
    // The first round grows the heap.
    for (let round = 0; round <= rounds; round++) {
      for (const [way, gradients] of Object.entries({ all, asked })) {
        for (const gradient of gradients) {
          tf.unregisterGradient(gradient.kernelName);
          tf.registerGradient(gradient);
        }
        const start = process.cpuUsage();
        await run.step();
        const { user, system } = process.cpuUsage(start);
        const taken = (user + system) / 1000;
        if (round > 0)
          least[way as "all" | "asked"] = Math.min(least[way as "all" | "asked"], taken);
      }
    }
    run.dispose();
    times.push({ name, ...least });
  }
  return times;
}

function computingAll(gradient: tf.GradConfig): tf.GradConfig {
  return {
    ...gradient,
    gradFunc(dy, saved, attributes) {
      const thunks = Object.entries(gradient.gradFunc(dy, saved, attributes));
      const computed = thunks.map(([name, thunk]) => [name, thunk()] as const);
      return Object.fromEntries(computed.map(([name, tensor]) => [name, () => tensor]));
    },
  };
}
