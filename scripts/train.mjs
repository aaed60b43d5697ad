/** @file `npm run train`: the page's engine in a headless browser, for a terminal and for files. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { withHeadlessPage, writeResult } from "./headless.mjs";
import { ensureInstalled, fail } from "./install.mjs";
import { formatScores } from "./scoreTable.mjs";

const usage = `Usage: npm run train -- [options]
  --steps 40          updates; 0 only evaluates
  --sampler hybrid    hybrid, x-x-mono, x-y or x-x
  --alpha 0.5         probability that a hybrid batch is monolingual
  --seed 1
  --batch 32          pairs a batch
  --chunk 0           texts in one pass, for batches too large for the memory; 0 is all
  --eval-every 20     steps between two evaluations
  --lr 2e-4           peak learning rate
  --temperature 0.1
  --one-way           InfoNCE from queries to passages only
  --train all         all, without-words (embeddings), last-K (layers), layer-norms, words, projection
                      or adapters, as lora-8-16-query,value (rank, alpha, matrices)
  --languages ar,de   default: all of the corpus
  --backend auto      auto, webgpu, wasm or cpu
  --out run.json      writes configuration, losses and evaluations
  --save folder       writes the trained encoder for transformers; adapters also, for PEFT, to folder/adapters`;

ensureInstalled();
const options = readOptions();
ensureBuilt();
await withHeadlessPage(async (browser, url) => {
  writeResult(options.out, await train(browser, url, options));
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        steps: { type: "string" },
        sampler: { type: "string" },
        alpha: { type: "string" },
        seed: { type: "string" },
        batch: { type: "string" },
        chunk: { type: "string" },
        "eval-every": { type: "string" },
        lr: { type: "string" },
        temperature: { type: "string" },
        "one-way": { type: "boolean" },
        train: { type: "string" },
        languages: { type: "string" },
        backend: { type: "string", default: "auto" },
        out: { type: "string" },
        save: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {ReturnType<typeof readOptions>} options
 */
async function train(browser, url, options) {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") console.error(message.text());
  });
  await page.exposeFunction("reportOpened", showOpened);
  await page.exposeFunction("reportStep", showStep);
  await page.exposeFunction(
    "reportEvaluation",
    (/** @type {import("../src/headless").ScoredStep} */ scored) => {
      if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
      console.log(formatScores(scored));
    },
  );
  await page.goto(`${url}?headless`);
  await page.waitForFunction(() => "runHeadless" in globalThis);
  const { save } = options;
  const trainsAdapters = options.train?.startsWith("lora") ?? false;
  const downloads = save ? collectDownloads(page, trainsAdapters ? 2 : 1) : [];
  const request = { ...options, save: save !== undefined };
  const result = await page.evaluate((given) => globalThis.runHeadless(given), request);
  if (save) for (const file of await downloads) await unzipInto(save, file);
  return result;
}

/**
 * The first downloads of a page.
 * @param {import("playwright-core").Page} page
 * @param {number} count
 * @returns {Promise<import("playwright-core").Download[]>}
 */
function collectDownloads(page, count) {
  /** @type {import("playwright-core").Download[]} */
  const found = [];
  return new Promise((resolve) => {
    page.on("download", (file) => {
      if (found.push(file) === count) resolve(found);
    });
  });
}

/** @param {string} save @param {import("playwright-core").Download} file */
async function unzipInto(save, file) {
  const folder = file.suggestedFilename() === "adapters.zip" ? join(save, "adapters") : save;
  mkdirSync(folder, { recursive: true });
  // Not before it is sure to be installed.
  const { unzipSync } = await import("fflate");
  const files = unzipSync(readFileSync(await file.path()));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  console.log(`Written to ${folder}: ${Object.keys(files).join(", ")}`);
}

/**
 * @param {import("../src/worker/messages").Environment} environment
 * @param {import("../src/training/config").RunConfig} config
 */
function showOpened({ backend, adapter, reason }, config) {
  const { sampler, alpha, batchSize, seed, languages } = config;
  console.log(`${backend}: ${adapter}${reason && ` (${reason})`}`);
  console.log(
    `${sampler}${sampler === "hybrid" ? `, α ${alpha}` : ""}, batches of ${batchSize}, ` +
      `seed ${seed}, ${languages.join(" ")}`,
  );
}

/** @param {number} step @param {number} steps @param {number} loss @param {number} perSecond */
function showStep(step, steps, loss, perSecond) {
  if (!process.stderr.isTTY && step % 10 !== 0) return;
  const line = `step ${step}/${steps}  loss ${loss.toFixed(3)}  ${perSecond.toFixed(2)} steps/s`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}
