/** @file A command that has the built page do its work in a headless browser. */

import { writeFileSync } from "node:fs";
import { launchChromium } from "./browser.mjs";
import { fail } from "./install.mjs";
import { servePage } from "./serve.mjs";

/**
 * Serves the built page for as long as `use` works on it in a browser; what it
 * throws is printed and ends the command with 1.
 * @param {(browser: import("playwright-core").Browser, url: string) => Promise<void>} use
 */
export async function withHeadlessPage(use) {
  const server = await servePage();
  const browser = await launchChromium().catch((error) => fail(error.message));
  try {
    await use(browser, server.url);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    await browser.close();
    await server.close();
  }
}

/**
 * Writes a result where a file for it was named.
 * @param {string | undefined} file
 * @param {unknown} result
 */
export function writeResult(file, result) {
  if (!file) return;
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  console.log(`Written to ${file}`);
}
