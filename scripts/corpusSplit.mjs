/**
 * @file Splits the corpus anew: node scripts/corpusSplit.mjs [seed] [folder]
 *
 * Needed only when items are added: every published score belongs to one split.
 * Languages and neighbours are kept as `splits.json` has them.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { runnerImport } from "vite";

const [seed = "1", folder = "public/corpus"] = process.argv.slice(2);
const shares = { train: 160, dev: 30, test: 50 };

// Node cannot run our TypeScript; vite can.
const load = async (/** @type {string} */ file) => (await runnerImport(`./src/${file}`)).module;
const { splitItems } = /** @type {typeof import("../src/data/split")} */ (
  await load("data/split.ts")
);
const { createRandom } = /** @type {typeof import("../src/random")} */ (await load("random.ts"));

const file = `${folder}/splits.json`;
const { languages, neighbours } = JSON.parse(readFileSync(file, "utf8"));
/** @type {string[]} */
const ids = readFileSync(`${folder}/${languages[0]}.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).id);
const splits = splitItems(ids, neighbours, shares, createRandom(Number(seed)));
writeFileSync(file, `${JSON.stringify({ languages, splits, neighbours }, null, 1)}\n`);
for (const [side, items] of Object.entries(splits)) console.log(`${side}: ${items.length} items`);
