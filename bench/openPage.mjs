/** @file A page of the benchmarks in a headless Chromium, and how results are shown. */

import { cpus, totalmem } from "node:os";
import { basename, join } from "node:path";
import { createServer } from "vite";
import { launchChromium } from "../scripts/browser.mjs";
import { root } from "../scripts/install.mjs";

/**
 * Opens bench/browser/<name>.html; `close` ends browser and server.
 * @param {string} name
 * @param {{ files?: Record<string, string>, ready: string }} options `files` gives out files or
 *   folders of the machine by their path on the page; `ready` is the global that the page sets
 *   when it can start.
 */
export async function openPage(name, { files = {}, ready }) {
  const server = await createServer({
    root,
    configFile: `${root}vite.config.ts`,
    logLevel: "error",
    server: { port: 0, watch: null },
    optimizeDeps: { entries: [`bench/browser/${name}.ts`] },
  });
  await server.listen();
  const browser = await launchChromium();
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") console.error(message.text());
  });
  for (const [path, file] of Object.entries(files)) {
    await page.route(`**${path}`, (route) => route.fulfill({ path: file }));
    await page.route(`**${path}/*`, (route) =>
      route.fulfill({ path: join(file, basename(new URL(route.request().url()).pathname)) }),
    );
  }
  const address = server.httpServer?.address();
  const port = typeof address === "object" ? address?.port : undefined;
  await page.goto(`http://localhost:${port}/bench/browser/${name}.html`, { timeout: 180_000 });
  await page.waitForFunction((global) => global in globalThis, ready, { timeout: 180_000 });
  return {
    page,
    browser: `Chromium ${browser.version()}`,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The machine in words. */
export function machine() {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, ${gigabytes} GB, Node ${process.version}`;
}

/**
 * Prints rows as a Markdown table.
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function printTable(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  console.log(line(head));
  console.log(line(widths.map((width) => "-".repeat(width))));
  for (const row of rows) console.log(line(row));
}
