/** @file `npm test`: everything that must hold, in the order in which it fails fastest. */

import { findChromium } from "./browser.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, fail, run } from "./install.mjs";

ensureInstalled();
try {
  console.log(`Chromium: ${findChromium()}`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

const tool = (/** @type {string} */ path, /** @type {string[]} */ ...parameters) => {
  console.log(`\n> ${[path.split("/")[0], ...parameters].join(" ")}`);
  run(process.execPath, [`node_modules/${path}`, ...parameters]);
};

tool("prettier/bin/prettier.cjs", "--check", ".", "--log-level", "warn");
tool("eslint/bin/eslint.js", ".", "--max-warnings", "0");
tool("svelte-check/bin/svelte-check", "--fail-on-warnings", "--output", "human");
tool("typescript/bin/tsc", "--noEmit");
tool("vitest/vitest.mjs", "run", "--project", "node");
ensureBuilt();
tool("vitest/vitest.mjs", "run", "--project", "browser");
