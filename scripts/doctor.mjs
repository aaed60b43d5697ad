/** @file `npm run doctor`: checks in a headless browser whether this machine computes what it should. */

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { launchChromium } from "./browser.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, fail } from "./install.mjs";
import { servePage } from "./serve.mjs";

const usage = `Usage: npm run doctor -- [options]
  --backend auto      auto, webgpu, wasm or cpu
  --seed 1            of the inputs
  --small             small tensors, for a software GPU
  --json report.json  writes the findings
Ends with 1 where a check fails.`;

ensureInstalled();
const { json, ...request } = readOptions();
ensureBuilt();
const server = await servePage();
const browser = await launchChromium().catch((error) => fail(error.message));
try {
  const { findings, summary } = await examine();
  console.log(`\n${summary}`);
  if (json) {
    writeFileSync(json, `${JSON.stringify({ summary, findings }, null, 1)}\n`);
    console.log(`Written to ${json}`);
  }
  if (findings.some((finding) => "passed" in finding && !finding.passed)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}

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

/** @returns {Promise<import("../src/headlessDoctor").DoctorResult>} */
async function examine() {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") console.error(message.text());
  });
  await page.exposeFunction("reportLine", (/** @type {string} */ line) => console.log(line));
  await page.goto(`${server.url}?headless=doctor`);
  await page.waitForFunction(() => "runDoctor" in globalThis);
  return await page.evaluate((options) => globalThis.runDoctor(options), request);
}
