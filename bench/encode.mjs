/**
 * @file Our encoder against ONNX Runtime Web, in one headless Chromium: the same
 * weights, the same texts, one thread each.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fail, root } from "../scripts/install.mjs";
import { machine, openPage, printTable } from "./openPage.mjs";

const usage = `Usage: node bench/encode.mjs --onnx encoder.onnx [--rounds 10] [--out encode.json]
bench/export_onnx.py makes the ONNX file.`;

const { values: options } = parseArgs({
  options: {
    onnx: { type: "string", default: "encoder.onnx" },
    rounds: { type: "string", default: "10" },
    out: { type: "string" },
  },
});
if (!existsSync(options.onnx)) fail(`There is no ${options.onnx}.\n${usage}`);

const texts = readFileSync(`${root}public/corpus/en.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).sentences.join(" "));

const { page, browser, close } = await openPage("encode", {
  files: { "/encoder.onnx": options.onnx },
  ready: "encodeBench",
});
try {
  const versions = await page.evaluate(() => globalThis.encodeBench.open());
  const results = [];
  for (const rows of [1, 16, 64]) {
    for (const length of [16, 64, 128]) {
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
  }
  const report = { date: new Date().toISOString(), machine: machine(), browser, versions, results };
  console.log(`${report.date}, ${report.machine}, ${browser}`);
  console.log(`tfjs ${versions.tfjs} (${versions.backend}), ONNX Runtime Web ${versions.onnx}\n`);
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
} finally {
  await close();
}
