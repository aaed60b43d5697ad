/** @file What a run survives in a real browser: a reload, a lost GPU, a hidden tab, another tab, a full disk. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import { servePage } from "../../scripts/serve.mjs";
import type { WorkerEvent } from "../../src/worker/messages";
import { serveSmallLab } from "./smallLab";

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

declare global {
  /** What the worker has told, in order; losses as plain numbers. */
  var told: WorkerEvent[];
  /** The GPU devices of a worker. */
  var devices: GPUDevice[];
}

/** A tab whose worker's events can be read. */
async function openTab(path: string): Promise<Page> {
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
  await page.goto(server.url + path);
  return page;
}

/** Waits until the worker has told a thing; the page's own timers are not needed for it. */
async function toldOf(page: Page, type: string, fields: Record<string, unknown> = {}) {
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
async function losses(page: Page): Promise<Map<number, number>> {
  const pairs = await page.evaluate(() =>
    globalThis.told.flatMap((event) =>
      event.type === "steps"
        ? [...event.losses].map((loss, index): [number, number] => [event.firstStep + index, loss])
        : [],
    ),
  );
  return new Map(pairs);
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const small = "every=3&batch=4&langs=ar,en,zh&lr=1e-2&steps=";

/** What `undisturbed` found, by backend: the software GPU is too slow to do it for each test. */
const undisturbedLosses = new Map<string, Map<number, number>>();

/** Losses of the run that nothing interrupts; the context is new after it. */
async function undisturbed(backend: string, steps: number): Promise<Map<number, number>> {
  const known = undisturbedLosses.get(backend);
  if (known) return known;
  const page = await openTab(`?backend=${backend}#${small}${steps}`);
  await toldOf(page, "state", { state: "ready" });
  await press(page, "Train");
  await toldOf(page, "state", { state: "completed" });
  const found = await losses(page);
  await context.close();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  undisturbedLosses.set(backend, found);
  return found;
}

describe.each([
  ["wasm", 30],
  ["webgpu", 6],
] as const)("a run on %s", (backend, steps) => {
  it("goes on after a reload with the losses that it would have had, bit for bit", async () => {
    const expected = await undisturbed(backend, steps);
    expect(expected.size).toBe(steps);

    const page = await openTab(`?backend=${backend}#${small}${steps}`);
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

describe("a GPU that is lost", () => {
  it("is started anew in the middle of a run, which then has the same curve", async () => {
    const expected = await undisturbed("webgpu", 6);
    // A worker's devices can be reached only where its script says so.
    await context.route("**/training.worker*.js", async (route) => {
      const response = await route.fetch();
      const watch = `const request = GPUAdapter.prototype.requestDevice; self.devices = [];
        GPUAdapter.prototype.requestDevice = async function (...parameters) {
          const device = await request.apply(this, parameters);
          self.devices.push(device);
          return device;
        };`;
      await route.fulfill({ response, body: watch + (await response.text()) });
    });
    const page = await openTab(`?backend=webgpu#${small}6`);
    await toldOf(page, "state", { state: "ready" });
    const worker = page.workers().find((candidate) => candidate.url().includes("training"))!;
    await press(page, "Train");
    await toldOf(page, "saved", { step: 3 });
    await worker.evaluate(() => globalThis.devices.at(-1)!.destroy());
    const recovered = await toldOf(page, "recovered");
    expect(recovered).toMatchObject({ step: 3 });
    await page.getByText(/The engine failed .*lost.* goes on from step 3/).waitFor();
    await toldOf(page, "state", { state: "completed" });
    expect(await losses(page)).toEqual(expected);
    expect(await worker.evaluate(() => globalThis.devices.length)).toBe(2);

    // Once more while nothing is asked of it: the encoder still answers.
    await worker.evaluate(() => globalThis.devices.at(-1)!.destroy());
    await toldOf(page, "recovered", { step: 6 });

    // And where the GPU refuses work: what it computes from then on is not to be used.
    await worker.evaluate(() =>
      globalThis.devices.at(-1)!.createBuffer({ size: 4, usage: 0xffff }),
    );
    await page.getByText(/The engine failed .*usage/i).waitFor();
    expect(await worker.evaluate(() => globalThis.devices.length)).toBe(4);
    await page.getByRole("searchbox").fill("Which animal runs fastest?");
    await page.getByRole("region", { name: "Results" }).locator("li").first().waitFor();
    await page.close();
  });
});

describe("a tab in the background", () => {
  it("trains on where nothing is drawn and no timer of the page fires", async () => {
    const page = await openTab(`?backend=wasm#${small}6`);
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
    const first = await openTab(`?backend=wasm#${small}6`);
    await toldOf(first, "state", { state: "ready" });
    for (const step of [1, 2, 3]) {
      await press(first, "Step");
      await toldOf(first, "state", { state: "paused", step });
    }
    await toldOf(first, "saved", { step: 3 });

    const second = await openTab(`?backend=wasm#${small}6`);
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
    const page = await openTab(`?backend=wasm#${small}6`);
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
