/** @file Our training step against the plain tfjs composition on WebGPU, by the size of a batch. */

import { writeFileSync } from "node:fs";
import { machine, printTable } from "./openPage.mjs";
import { memoryOf, onBackend } from "./trainPage.mjs";

/** @typedef {import("./browser/startRun").StepSizes} StepSizes */

/**
 * Measures, and prints a table as it goes.
 * @param {{ shapes: string, rounds: number, config: StepSizes["config"], out?: string | undefined }} options
 *   `shapes` as "32x16+64,64x16+128": pairs, tokens of a query, tokens of a passage
 * @returns {Promise<number>} the exit status: 1, with the reason printed, where there is no adapter
 */
export async function trainOnWebgpu({ shapes, rounds, config, out }) {
  try {
    const results = [];
    for (const sizes of shapes.split(",").map((shape) => sizesOf(shape, config))) {
      const measured = await onBackend("webgpu", (page) =>
        page.evaluate(
          ([given, times]) => globalThis.trainBench.compare(given, times, true),
          /** @type {const} */ ([sizes, rounds]),
        ),
      );
      if (results.length === 0) printHead(measured);
      const memory = {
        plain: await memoryOf("webgpu", sizes, true),
        ours: await memoryOf("webgpu", sizes, false),
      };
      results.push({ ...sizes, ...measured, ...measured.result, memory });
    }
    printTable(
      [
        ...["pairs, tokens", "plain ms", "ours ms", "ratio", "loss, plain", "loss, ours"],
        ...["plain MB beside the state", "ours MB", "ratio"],
      ],
      results.map(cells),
    );
    if (out) {
      const report = { date: new Date().toISOString(), machine: machine(), results };
      writeFileSync(out, `${JSON.stringify(report, null, 1)}\n`);
    }
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

/** @param {string} shape @param {StepSizes["config"]} config @returns {StepSizes} */
function sizesOf(shape, config) {
  const [, ...numbers] = /^(\d+)x(\d+)\+(\d+)$/.exec(shape) ?? [];
  const [pairs = 0, queryLength = 0, passageLength = 0] = numbers.map(Number);
  if (pairs * queryLength * passageLength > 0) return { pairs, queryLength, passageLength, config };
  throw new RangeError(`--shapes ${shape}: not pairs x query tokens + passage tokens`);
}

/** @param {{ browser: string, opened: { adapter: string, isSoftware: boolean, tfjs: string } }} measured */
function printHead({ browser, opened }) {
  console.log(`${new Date().toISOString()}, ${machine()}, ${browser}`);
  console.log(`tfjs ${opened.tfjs} (${opened.adapter})\n`);
  if (opened.isSoftware) {
    console.log("A software adapter: its milliseconds and ratios say nothing about a GPU.\n");
  }
}

/**
 * @param {StepSizes & {
 *   least: Record<"plain" | "ours", number>, losses: Record<"plain" | "ours", number>,
 *   memory: Record<"plain" | "ours", import("./browser/train").MemoryOfStep>,
 * }} result
 */
function cells({ pairs, queryLength, passageLength, least, losses, memory }) {
  const beside = {
    plain: memory.plain.peak - memory.plain.state,
    ours: memory.ours.peak - memory.ours.state,
  };
  return [
    `${pairs} pairs, ${queryLength} + ${passageLength}`,
    ...[least.plain, least.ours].map((milliseconds) => milliseconds.toFixed(1)),
    (least.plain / least.ours).toFixed(2),
    ...[losses.plain, losses.ours].map((loss) => loss.toFixed(6)),
    ...[beside.plain, beside.ours].map((bytes) => (bytes / 1e6).toFixed(0)),
    (beside.plain / beside.ours).toFixed(1),
  ];
}
