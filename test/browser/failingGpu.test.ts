/** @file What a run does in a real browser where its GPU fails: it is lost, refuses work, or computes nonsense. */

import type { Browser, BrowserContext, Page, Worker } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import { servePage } from "../../scripts/serve.mjs";
import { losses, openTab, press, smallRun, stepTo, toldOf, undisturbedLosses } from "./watchedTab";

declare global {
  /** The GPU devices of a worker. */
  var devices: GPUDevice[];
  /** So many of its next losses are not what the GPU computed. */
  var spoiledReads: number;
  /** Milliseconds that its clock has gone on while all stood still. */
  var slept: number;
}

/** Put before a worker's script, the only place from where its GPU and clock can be reached. */
const faults = `
  self.devices = [];
  self.spoiledReads = self.slept = 0;
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...parameters) {
    const device = await request.apply(this, parameters);
    self.devices.push(device);
    return device;
  };
  const range = GPUBuffer.prototype.getMappedRange;
  GPUBuffer.prototype.getMappedRange = function (...parameters) {
    const bytes = range.apply(this, parameters);
    // The losses of a few steps; embeddings and parameters take more.
    const areLosses = this.usage & GPUBufferUsage.MAP_READ && bytes.byteLength <= 16;
    if (areLosses && self.spoiledReads > 0) {
      self.spoiledReads -= 1;
      new Float32Array(bytes).fill(NaN);
    }
    return bytes;
  };
  const now = performance.now.bind(performance);
  performance.now = () => now() + self.slept;
`;

let server: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;
let context: BrowserContext;
/** What a run of 6 steps finds where nothing fails. */
let expected: Map<number, number>;

beforeAll(async () => {
  server = await servePage();
  browser = await launchChromium();
  const undisturbed = await browser.newContext();
  expected = await undisturbedLosses(undisturbed, server.url + smallRun("webgpu", 6));
  await undisturbed.close();
  expect(expected.size).toBe(6);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.route("**/training.worker*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: faults + (await response.text()) });
  });
});
afterEach(() => context.close());

/** A tab with a run of 6 steps that waits at step 3, of which there is a checkpoint. */
async function waitingAt3(): Promise<{ page: Page; worker: Worker }> {
  const page = await openTab(context, server.url + smallRun("webgpu", 6));
  await toldOf(page, "state", { state: "ready" });
  await stepTo(page, 3);
  await toldOf(page, "saved", { step: 3 });
  const worker = page.workers().find((candidate) => candidate.url().includes("training"))!;
  return { page, worker };
}

describe("a GPU that is lost", () => {
  it("is started anew in the middle of a run, which then has the same curve", async () => {
    const { page, worker } = await waitingAt3();
    await press(page, "Continue");
    // As when a laptop was shut for a night: where clocks go on meanwhile, all at once.
    await worker.evaluate(() => {
      globalThis.slept = 8 * 3_600_000;
      globalThis.devices.at(-1)!.destroy();
    });
    const recovered = await toldOf(page, "recovered");
    expect(recovered).toMatchObject({ step: 3 });
    await page.getByText(/The engine failed .*lost.* goes on from step 3/).waitFor();
    await toldOf(page, "state", { state: "completed" });
    await toldOf(page, "saved", { step: 6 });
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
    await findPassages(page);
  });
});

describe("a loss that is not a number", () => {
  it("once, is taken for the GPU's fault: the run goes back and has the same curve", async () => {
    const { page, worker } = await waitingAt3();
    await worker.evaluate(() => (globalThis.spoiledReads = 1));
    await press(page, "Continue");
    expect(await toldOf(page, "recovered")).toMatchObject({ step: 3 });
    await page
      .getByRole("status", { name: "Notices" })
      .getByText(
        "The engine failed after step 4 (the loss of step 4 was NaN). " +
          "It was started again, and the run goes on from step 3.",
      )
      .waitFor();
    await toldOf(page, "state", { state: "completed" });
    expect(await losses(page)).toEqual(expected);
  });

  it("again at the same step, ends the run at its last checkpoint, and the page says why", async () => {
    const { page, worker } = await waitingAt3();
    await worker.evaluate(() => (globalThis.spoiledReads = 2));
    await press(page, "Continue");
    await toldOf(page, "state", { state: "failed", step: 3 });
    const alert = page.getByRole("alert");
    await alert.getByText("This run ended with an error.").waitFor();
    expect(await alert.innerText()).toMatch(
      /The loss of step 4 is NaN, at a learning rate of .*Lower the learning rate or raise the temperature\. The parameters of step 3 are kept\. Press Reset to start again\./s,
    );
    // The curve stops at what was sound, and the encoder of step 3 still answers.
    expect([...(await losses(page)).keys()]).toEqual([1, 2, 3]);
    await findPassages(page);

    await press(page, "↺ Reset");
    await toldOf(page, "state", { state: "ready", runId: 2 });
    await press(page, "Step");
    await toldOf(page, "state", { state: "paused", runId: 2, step: 1 });
    expect((await losses(page)).get(1)).toBe(expected.get(1));
  });
});

async function findPassages(page: Page): Promise<void> {
  await page.getByRole("searchbox").fill("Which animal runs fastest?");
  await page.getByRole("region", { name: "Results" }).locator("li").first().waitFor();
}
