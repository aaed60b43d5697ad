// Prints what is wrong with a corpus folder: node scripts/corpusCheck.mjs [folder]

import { parseArgs } from "node:util";
import { runnerImport } from "vite";

const { positionals } = parseArgs({ allowPositionals: true });
const folder = positionals[0] ?? "public/corpus";

// Node cannot run our TypeScript; vite can.
const load = async (file) => (await runnerImport(`./test/data/${file}`)).module;
const { readCorpusFolder } = await load("corpusFolder.ts");
const { checkNames, runCheck } = await load("corpusChecks.ts");
const { corpusExceptions } = await load("corpusExceptions.ts");

try {
  const corpus = readCorpusFolder(folder);
  console.log(`${folder}: ${corpus.splits.length} items in ${corpus.languages.join(", ")}`);
  for (const check of checkNames) report(check, runCheck(check, corpus, corpusExceptions));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

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
