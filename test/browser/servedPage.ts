/** @file A page of these tests, served by Vite to a headless Chromium. */

import type { Browser, Page } from "playwright-core";
import { createServer } from "vite";
import { launchChromium } from "../../scripts/browser.mjs";

export interface ServedPage {
  browser: Browser;
  /**
   * Opens the page, and waits until it can start.
   * @param prepare what is to be there before its code runs
   */
  open(prepare?: (page: Page) => Promise<unknown>): Promise<Page>;
  /** Ends browser and server. */
  close(): Promise<void>;
}

/**
 * Serves test/browser/<name>.html.
 * @param ready the global that the page sets when it can start
 */
export async function servePage(name: string, ready: string): Promise<ServedPage> {
  const server = await createServer({
    configFile: "vite.config.ts",
    logLevel: "error",
    server: { port: 0, watch: null },
    // Found late, a dependency would reload the page in the middle of a test.
    optimizeDeps: { entries: [`test/browser/${name}.ts`] },
  });
  await server.listen();
  const browser = await launchChromium();
  return {
    browser,
    async open(prepare) {
      const page = await browser.newPage();
      await prepare?.(page);
      const address = server.httpServer!.address();
      const port = typeof address === "object" ? address?.port : undefined;
      await page.goto(`http://localhost:${port}/test/browser/${name}.html`);
      await page.waitForFunction((global) => global in globalThis, ready, { timeout: 90_000 });
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
