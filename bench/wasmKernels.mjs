/**
 * @file Our WASM kernels against those of tfjs that they replace, in one run:
 * npm run bench. Times are medians; the ratio is what carries over to other machines.
 */

import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { runnerImport } from "vite";
import { assemblyScript } from "../scripts/assemblyScript.mjs";

const repeats = 9;

/** The products of one training step's second layer: 32 passages of 96 tokens, width 256. */
const [tokens, width, inner] = [3072, 256, 768];
const [rows, heads, length, size] = [32, 4, 96, 64];

setWasmPaths(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm/dist/")));
await tf.setBackend("wasm");
await tf.ready();

const x = tf.randomNormal([tokens, width]);
const weight = tf.randomNormal([inner, width]);
const gradient = tf.randomNormal([tokens, inner]);
const query = tf.randomNormal([rows, heads, length, size]);
const key = tf.randomNormal([rows, heads, length, size]);

/** @type {[string, () => tf.Tensor][]} */
const operations = [
  [`x [${tokens}, ${width}] · Wᵀ (a layer)`, () => tf.matMul(x, weight, false, true)],
  [`dyᵀ · x (a weight's gradient)`, () => tf.matMul(gradient, x, true, false)],
  [
    `q · kᵀ, ${rows * heads} times ${length} × ${size} (attention)`,
    () => tf.matMul(query, key, false, true),
  ],
  [`sum of ${tokens} rows of ${inner} (a bias's gradient)`, () => tf.sum(gradient, 0)],
];

const plain = operations.map(([, run]) => median(run));
const kernels = "./src/encoder/kernels/wasm/wasmKernels.ts";
const { module } = await runnerImport(kernels, { plugins: [assemblyScript()] });
await module.registerWasmKernels();
const ours = operations.map(([, run]) => median(run));

console.log(`tfjs ${tf.version_core}, Node ${process.version}, WASM, 1 thread`);
console.log("".padEnd(58), "tfjs ms", " ours ms", "   ratio");
for (const [index, [name]] of operations.entries()) {
  const [before = NaN, after = NaN] = [plain[index], ours[index]];
  const cells = [before.toFixed(2), after.toFixed(2), (before / after).toFixed(1)];
  console.log(name.padEnd(56), cells.map((cell) => cell.padStart(9)).join(""));
}

/** Median milliseconds of an operation. @param {() => tf.Tensor} run */
function median(run) {
  const times = Array.from({ length: repeats + 2 }, () => {
    const start = performance.now();
    run().dispose();
    return performance.now() - start;
  });
  // The first runs grow the heap and set XNNPACK up.
  return times.slice(2).sort((a, b) => a - b)[Math.floor(repeats / 2)] ?? NaN;
}
