/**
 * @file A training step by what trains, on WASM in Node: with all gradients
 * that fused kernels have, and with those of what trains only.
 */

// Brings the gradients of tfjs's own operations; in Node, they can be had in no smaller part.
import "@tensorflow/tfjs";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runnerImport } from "vite";
import { assemblyScript } from "../scripts/assemblyScript.mjs";
import { root } from "../scripts/install.mjs";
import { machine, printTable } from "./openPage.mjs";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const config = JSON.parse(readFileSync(`${root}public/encoder/config.json`, "utf8"));
const sizes = { pairs: 32, queryLength: 16, passageLength: 64, config };
const wasmPaths = fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm/dist/"));

/** @type {{ module: typeof import("./partialTraining") }} */
const { module } = await runnerImport("./bench/partialTraining.ts", {
  plugins: [assemblyScript()],
});
const times = await module.timeParts(sizes, Number(options.rounds), wasmPaths);
console.log(`${new Date().toISOString()}, ${machine()}, WASM, 1 thread\n`);
printTable(
  ["what trains", "all gradients ms", "those that train ms", "ratio"],
  times.map(({ name, all, asked }) => [
    name,
    all.toFixed(0),
    asked.toFixed(0),
    (all / asked).toFixed(2),
  ]),
);
