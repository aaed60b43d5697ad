/**
 * @file What a long run holds: node bench/memory.mjs [--backend webgpu]. It is
 * the test of test/training/memory.test.ts, in Chromium that of
 * test/browser/memory.test.ts, longer: 2,000 steps of a tiny encoder on batches
 * of mixed lengths, a checkpoint at each point. Everything is to stay flat.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail, root } from "../scripts/install.mjs";
import { machine, printTable } from "./openPage.mjs";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    steps: { type: "string", default: "2000" },
    out: { type: "string", default: "bench/memory.json" },
  },
});
const { backend } = options;
const steps = Number(options.steps);
if (!["cpu", "wasm", "webgpu"].includes(backend)) {
  fail(`--backend ${backend}: not one of cpu, wasm, webgpu`);
}
if (!(steps > 0 && steps % 20 === 0)) fail(`--steps ${options.steps}: not a multiple of 20`);

const measured = join(mkdtempSync(join(tmpdir(), "memory-")), "points.json");
const [project, test] =
  backend === "webgpu"
    ? ["browser", "test/browser/memory.test.ts"]
    : ["node", "test/training/memory.test.ts"];
const { status } = spawnSync(
  process.execPath,
  [
    ...["node_modules/vitest/vitest.mjs", "run", "--project", project, test],
    ...["-t", `on ${backend}`, "--testTimeout", "7200000"],
  ],
  {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, MEMORY_STEPS: options.steps, MEMORY_OUT: measured },
  },
);
if (!existsSync(measured)) fail("The run did not come to its end.");

/** @typedef {import("../test/training/memoryCurve").MemoryPoint & { heapBytes: number }} Point */
/** @typedef {Point & ReturnType<typeof import("../test/training/nodeMemory").nodeMemory>} NodePoint */
/** @typedef {import("../test/browser/memory").GpuPoint} GpuPoint */

/** @type {{ browser?: string, adapter?: string, points: (NodePoint | GpuPoint)[] }} */
const { points, ...place } = JSON.parse(readFileSync(measured, "utf8"));
const result = {
  date: new Date().toISOString(),
  machine: machine(),
  place,
  backend,
  steps,
  points,
};
writeFileSync(options.out, `${JSON.stringify(result, null, 1)}\n`);

const thousands = (/** @type {number} */ bytes) => (bytes / 1e3).toFixed(1);
const millions = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
console.log(`${[result.date, result.machine, ...Object.values(place)].join(", ")}\n`);
printTable(
  [
    ...["step", "shapes met", "tensors", "kB in tensors", "MB of JavaScript heap"],
    ...(backend === "webgpu"
      ? ["GPU kB in use", "GPU MB allocated", "GPU buffers", "MB of all GPU buffers"]
      : ["MB outside it", "MB of WASM heap"]),
  ],
  points.map((point) => [
    ...[point.step, point.shapes, point.tensors].map((count) => count.toLocaleString("en")),
    thousands(point.tensorBytes),
    millions(point.heapBytes),
    ...("buffers" in point
      ? [
          thousands(point.usedGpuBytes),
          ((point.allocatedBytes ?? NaN) / 1e6).toFixed(3),
          String(point.buffers),
          (point.bufferBytes / 1e6).toFixed(3),
        ]
      : [millions(point.outsideBytes), millions(point.allocatedBytes ?? 0)]),
  ]),
);
console.log(`\nWritten to ${options.out}`);
process.exitCode = status ?? 1;
