/** @file `npm run doctor`: checks in a headless browser whether this machine computes what it should. */

import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { withHeadlessPage, writeResult } from "./headless.mjs";
import { ensureInstalled, fail } from "./install.mjs";

const usage = `Usage: npm run doctor -- [options]
  --backend auto      auto, webgpu, wasm or cpu
  --seed 1            of the inputs
  --small             small tensors, for a software GPU
  --json report.json  writes the findings
Ends with 1 where a check fails.`;

ensureInstalled();
const { json, ...request } = readOptions();
ensureBuilt();
await withHeadlessPage(async (browser, url) => {
  const { findings, summary } = await examine(browser, url);
  console.log(`\n${summary}`);
  writeResult(json, { summary, findings });
  if (findings.some((finding) => "passed" in finding && !finding.passed)) process.exitCode = 1;
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        backend: { type: "string", default: "auto" },
        seed: { type: "string", default: "1" },
        small: { type: "boolean" },
        json: { type: "string" },
        help: { type: "boolean" },
      },
    });
    const { help, ...chosen } = values;
    if (help) {
      console.log(usage);
      process.exit(0);
    }
    return chosen;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @returns {Promise<import("../src/headlessDoctor").DoctorResult>}
 */
async function examine(browser, url) {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") console.error(message.text());
  });
  await page.exposeFunction("reportLine", (/** @type {string} */ line) => console.log(line));
  await page.goto(`${url}?headless=doctor`);
  await page.waitForFunction(() => "runDoctor" in globalThis);
  return await page.evaluate((options) => globalThis.runDoctor(options), request);
}
