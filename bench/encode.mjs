/**
 * @file Our encoder against ONNX Runtime Web, in one headless Chromium: the same
 * weights, the same texts, one thread each on WASM or the same GPU.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fail, root } from "../scripts/install.mjs";
import { machine, openPage, printTable } from "./openPage.mjs";

const usage = `Usage: node bench/encode.mjs --onnx encoder.onnx [--backend wasm|webgpu] [--shapes 1x16,64x128]
         [--rounds 10] [--out encode.json]
A shape is texts × tokens. bench/export_onnx.py makes the ONNX file.`;

const { values: options } = parseArgs({
  options: {
    onnx: { type: "string", default: "encoder.onnx" },
    backend: { type: "string", default: "wasm" },
    shapes: {
      type: "string",
      default: "1x16,1x64,1x128,16x16,16x64,16x128,64x16,64x64,64x128",
    },
    rounds: { type: "string", default: "10" },
    out: { type: "string" },
  },
});
if (!existsSync(options.onnx)) fail(`There is no ${options.onnx}.\n${usage}`);
const backends = /** @type {const} */ (["wasm", "webgpu"]);
const backend =
  backends.find((name) => name === options.backend) ??
  fail(`--backend ${options.backend}: not one of ${backends.join(", ")}.\n${usage}`);
const shapes = options.shapes.split(",").map((shape) => {
  const [rows = NaN, length = NaN] = shape.split("x").map(Number);
  // An opening and a closing token each.
  if (!(rows >= 1 && length >= 2)) fail(`--shapes ${shape}: not texts x tokens.\n${usage}`);
  return { rows, length };
});

const texts = readFileSync(`${root}public/corpus/en.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).sentences.join(" "));

const { page, browser, close } = await openPage("encode", {
  files: { "/encoder.onnx": options.onnx },
  ready: "encodeBench",
});
try {
  const versions = await page.evaluate((name) => globalThis.encodeBench.open(name), backend);
  const results = [];
  for (const { rows, length } of shapes) {
    // Short ones more often: the least of few would be chance.
    const rounds = Number(options.rounds) * (rows === 1 ? 5 : 1);
    results.push(
      await page.evaluate(
        ([given, count, tokens, times]) =>
          globalThis.encodeBench.compare(given, count, tokens, times),
        /** @type {const} */ ([texts, rows, length, rounds]),
      ),
    );
  }
  const report = { date: new Date().toISOString(), machine: machine(), browser, versions, results };
  console.log(`${report.date}, ${report.machine}, ${browser}`);
  const onnxAdapter = versions.onnxAdapter && ` (${versions.onnxAdapter})`;
  console.log(
    `tfjs ${versions.tfjs} (${versions.backend}), ONNX Runtime Web ${versions.onnx}${onnxAdapter}\n`,
  );
  if (versions.isSoftware) {
    console.log("A software adapter: its milliseconds and ratios say nothing about a GPU.\n");
  }
  printTable(
    ["texts × tokens", "ONNX Runtime Web ms", "ours ms", "ratio", "largest difference"],
    results.map(({ rows, length, ours, onnx, difference }) => [
      `${rows} × ${length}`,
      onnx.toFixed(1),
      ours.toFixed(1),
      (onnx / ours).toFixed(2),
      difference.toExponential(1),
    ]),
  );
  if (options.out) writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}
