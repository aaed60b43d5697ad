/**
 * @file What a long run holds: node bench/memory.mjs. It is the test of
 * test/training/memory.test.ts, longer: 2,000 steps of a tiny encoder on batches
 * of mixed lengths, a checkpoint at each point. Everything is to stay flat.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    steps: { type: "string", default: "2000" },
    out: { type: "string", default: "bench/memory.json" },
  },
});

const measured = join(mkdtempSync(join(tmpdir(), "memory-")), "points.json");
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "node"];
const { status } = spawnSync(
  process.execPath,
  [
    ...vitest,
    "test/training/memory.test.ts",
    ...["-t", `on ${options.backend}`, "--testTimeout", "7200000"],
  ],
  {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, MEMORY_STEPS: options.steps, MEMORY_OUT: measured },
  },
);

/** @type {import("../test/training/memoryCurve").MemoryPoint[]} */
const points = JSON.parse(readFileSync(measured, "utf8"));
const result = { backend: options.backend, steps: Number(options.steps), points };
writeFileSync(options.out, `${JSON.stringify(result, null, 1)}\n`);

console.log("  step  tensors  tensors kB  heap MB  outside MB  WASM MB");
for (const { step, tensors, tensorBytes, heapBytes, outsideBytes, wasmBytes } of points) {
  const cells = [
    String(step).padStart(6),
    String(tensors).padStart(9),
    (tensorBytes / 1e3).toFixed(1).padStart(12),
    (heapBytes / 1e6).toFixed(1).padStart(9),
    (outsideBytes / 1e6).toFixed(1).padStart(12),
    (wasmBytes / 1e6).toFixed(1).padStart(9),
  ];
  console.log(cells.join(""));
}
console.log(`Written to ${options.out}`);
process.exitCode = status ?? 1;
