/** @file A tab whose worker's events can be read, with a small lab in it. */

import type { BrowserContext, Page } from "playwright-core";
import type { WorkerEvent } from "../../src/worker/messages";
import { serveSmallLab } from "./smallLab";

declare global {
  /** What the worker has told, in order; losses as plain numbers. */
  var told: WorkerEvent[];
}

/** Address of a run that a software GPU can train. */
export function smallRun(backend: string, steps: number): string {
  return `?backend=${backend}#every=3&batch=4&langs=ar,en,zh&lr=1e-2&steps=${steps}`;
}

/** @param url of the page, its settings included */
export async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(100_000);
  await serveSmallLab(page);
  await page.addInitScript(() => {
    globalThis.told = [];
    const { Worker } = globalThis;
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (options?.name !== "training") return;
        this.addEventListener("message", ({ data }: MessageEvent<WorkerEvent>) =>
          globalThis.told.push(data),
        );
      }
    };
  });
  await page.goto(url);
  return page;
}

/** Waits until the worker has told a thing; the page's own timers are not needed for it. */
export async function toldOf(page: Page, type: string, fields: Record<string, unknown> = {}) {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const found = await page.evaluate(
      ([type, fields]) =>
        globalThis.told.find(
          (event) =>
            event.type === type &&
            Object.entries(fields).every(
              ([name, value]) => (event as unknown as Record<string, unknown>)[name] === value,
            ),
        ),
      [type, fields] as const,
    );
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const last = await page.evaluate(() => globalThis.told.at(-1));
  throw new Error(`the worker never told ${type}; its last word was ${JSON.stringify(last)}`);
}

/** The loss of each step, told last. */
export async function losses(page: Page): Promise<Map<number, number>> {
  const pairs = await page.evaluate(() =>
    globalThis.told.flatMap((event) =>
      event.type === "steps"
        ? [...event.losses].map((loss, index): [number, number] => [event.firstStep + index, loss])
        : [],
    ),
  );
  return new Map(pairs);
}

export function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name, exact: true }).click();
}

/** Takes a run to a step by single steps, where it waits. */
export async function stepTo(page: Page, last: number): Promise<void> {
  for (let step = 1; step <= last; step++) {
    await press(page, "Step");
    await toldOf(page, "state", { state: "paused", step });
  }
}

/** Losses of a run from its start to its end, which nothing interrupts. */
export async function undisturbedLosses(
  context: BrowserContext,
  url: string,
): Promise<Map<number, number>> {
  const page = await openTab(context, url);
  await toldOf(page, "state", { state: "ready" });
  await press(page, "Train");
  await toldOf(page, "state", { state: "completed" });
  return await losses(page);
}
