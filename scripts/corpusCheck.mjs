// Prints what is wrong with a corpus folder: node scripts/corpusCheck.mjs [folder]

import { parseArgs } from "node:util";
import { runnerImport } from "vite";

const { positionals } = parseArgs({ allowPositionals: true });
const folder = positionals[0] ?? "public/corpus";

/** @typedef {typeof import("../test/data/corpusFolder")} CorpusFolder */
/** @typedef {typeof import("../test/data/corpusChecks")} CorpusChecks */
/** @typedef {typeof import("../test/data/corpusExceptions")} CorpusExceptions */

// Node cannot run our TypeScript; vite can.
const load = async (/** @type {string} */ file) =>
  (await runnerImport(`./test/data/${file}`)).module;
const { readCorpusFolder } = /** @type {CorpusFolder} */ (await load("corpusFolder.ts"));
const { checkNames, runCheck } = /** @type {CorpusChecks} */ (await load("corpusChecks.ts"));
const { corpusExceptions } = /** @type {CorpusExceptions} */ (await load("corpusExceptions.ts"));

try {
  const corpus = readCorpusFolder(folder);
  console.log(`${folder}: ${corpus.splits.length} items in ${corpus.languages.join(", ")}`);
  for (const check of checkNames) report(check, runCheck(check, corpus, corpusExceptions));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/**
 * @param {string} check
 * @param {ReturnType<CorpusChecks["runCheck"]>} result
 */
function report(check, { findings, unused }) {
  const wrong = findings.length + unused.length;
  console.log(`${wrong === 0 ? "✓" : "✗"} ${check}${wrong === 0 ? "" : `: ${wrong}`}`);
  for (const { language, item, value } of findings)
    console.log(`    ${language} ${item}: ${value}`);
  for (const { language, item, value } of unused) {
    console.log(`    exception without a finding, remove it: ${language} ${item}: ${value}`);
  }
  if (wrong > 0) process.exitCode = 1;
}
