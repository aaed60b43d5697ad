/** @file What a run survives in a real browser: a reload, a hidden tab, another tab, a full disk. */

import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import { servePage } from "../../scripts/serve.mjs";
import type { WorkerEvent } from "../../src/worker/messages";
import { losses, openTab, press, smallRun, stepTo, toldOf, undisturbedLosses } from "./watchedTab";

let server: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;
/** Tabs of one context share disk and locks; each test has its own. */
let context: BrowserContext;

beforeAll(async () => {
  server = await servePage();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
});
afterEach(() => context.close());

const open = (backend: string, steps: number) =>
  openTab(context, server.url + smallRun(backend, steps));

describe.each([
  ["wasm", 30],
  ["webgpu", 6],
] as const)("a run on %s", (backend, steps) => {
  it("goes on after a reload with the losses that it would have had, bit for bit", async () => {
    const other = await browser.newContext();
    const url = server.url + smallRun(backend, steps);
    const expected = await undisturbedLosses(other, url);
    await other.close();
    expect(expected.size).toBe(steps);

    const page = await openTab(context, url);
    await toldOf(page, "state", { state: "ready" });
    // At once, so that the run is in its middle however fast it is.
    await page.evaluate(() => {
      Object.assign(globalThis.told, {
        push(event: WorkerEvent) {
          if (event.type === "saved") location.reload();
        },
      });
    });
    const reloaded = page.waitForEvent("load");
    await press(page, "Train");
    await reloaded;
    const { run } = (await toldOf(page, "stored-run")) as Extract<
      WorkerEvent,
      { type: "stored-run" }
    >;
    const { step, curve } = run!;
    expect(step % 3).toBe(0);
    expect(step).toBeLessThan(steps);
    const bar = page.getByRole("region", { name: "Saved run" });
    await bar.getByText(`step ${step} of ${steps}`).waitFor();
    await bar.getByText("Its curves are drawn dashed.").waitFor();
    const scores = page.getByRole("region", { name: "Scores on unseen items" });
    await scores.getByText("saved run: hybrid α .50, seed 1, 3 languages").waitFor();
    await press(page, "Go on");
    await toldOf(page, "state", { state: "completed" });
    const before = curve.losses.map((loss, index): [number, number] => [index + 1, loss]);
    expect(before).toHaveLength(step);
    expect(new Map([...before, ...(await losses(page))])).toEqual(expected);
    const where = page.getByRole("region", { name: "Run" });
    await where.getByText(`step ${steps}`, { exact: true }).waitFor();
    await page.close();
  });
});

describe("a tab in the background", () => {
  it("trains on where nothing is drawn and no timer of the page fires", async () => {
    const page = await open("wasm", 6);
    await toldOf(page, "state", { state: "ready" });
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
      globalThis.requestAnimationFrame = () => 0;
      const never = (() => 0) as unknown as typeof setTimeout;
      globalThis.setTimeout = never;
      globalThis.setInterval = never as unknown as typeof setInterval;
      document.querySelector<HTMLButtonElement>(".play")!.click();
    });
    await toldOf(page, "state", { state: "completed" });
    expect((await losses(page)).size).toBe(6);
    await toldOf(page, "saved", { step: 6 });
    await page.close();
  });
});

describe("two tabs", () => {
  it("can both have a run, and the second says that it does not save", async () => {
    const first = await open("wasm", 6);
    await toldOf(first, "state", { state: "ready" });
    await stepTo(first, 3);
    await toldOf(first, "saved", { step: 3 });

    const second = await open("wasm", 6);
    await second.getByText(/Another tab trains a run .* step 3 of 6/).waitFor();
    await press(second, "Go on here");
    await toldOf(second, "state", { state: "completed" });
    await second.getByText(/another tab trains this run and saves it/).waitFor();
    expect(await second.evaluate(() => globalThis.told.some(({ type }) => type === "saved"))).toBe(
      false,
    );
    await first.close();
    await second.close();
  });
});

describe("a full disk", () => {
  it("is told in words, and the run goes on", async () => {
    const page = await open("wasm", 6);
    await toldOf(page, "state", { state: "ready" });
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(page.url());
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
    await press(page, "Train");
    await page.getByText(/Checkpoints are not saved: a checkpoint needs .* MB/).waitFor();
    await toldOf(page, "state", { state: "completed" });
    await page.close();
  });
});
