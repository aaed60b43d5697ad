import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "./engine";
import { servePage, type ServedPage } from "./servedPage";

let served: ServedPage;

beforeAll(async () => {
  served = await servePage("engine", "engine");
});

afterAll(() => served.close());

/** A fresh page with the engine on a backend. */
async function openEngine(backend: "webgpu" | "wasm" | "cpu"): Promise<{
  page: Page;
  opened: Awaited<ReturnType<Engine["open"]>>;
}> {
  const page = await served.open();
  return { page, opened: await page.evaluate((name) => globalThis.engine.open(name), backend) };
}

describe.each(["webgpu", "wasm"] as const)("the engine on %s in Chromium", (backend) => {
  let page: Page;
  let opened: Awaited<ReturnType<Engine["open"]>>;

  beforeAll(async () => {
    ({ page, opened } = await openEngine(backend));
  });

  it("really runs there, and multiplies", () => {
    expect(opened.running).toBe(backend);
    expect(opened.report.backend).toBe(backend);
    expect(opened.report.adapter).not.toBe("");
    expect(opened.product).toEqual([19, 22, 43, 50]);
  });

  it("reads, sums and writes rows", async () => {
    const { gathered, sums, scattered } = await page.evaluate(() => globalThis.engine.rowKernels());
    expect(gathered).toEqual([12, 13, 14, 0, 1, 2, 18, 19, 20]);
    expect(sums).toEqual([30, 32, 34, 0, 0, 0, 0, 1, 2]);
    const expected = Array.from({ length: 21 }, (_, index) => index);
    for (const row of [4, 0, 6]) {
      for (const column of [0, 1, 2]) expected[row * 3 + column]! *= -1;
    }
    expect(scattered.map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
  });

  it("gives PyTorch's ids and embeddings", async () => {
    const { sentences, sameIds, worst } = await page.evaluate(() => globalThis.engine.parity());
    expect(sentences).toBeGreaterThan(16);
    expect(sameIds).toBe(true);
    expect(worst).toBeLessThan(1e-4);
  });

  it("trains as the CPU does, twice alike, and leaks nothing", async () => {
    const train = () => page.evaluate(() => globalThis.engine.train(5, {}));
    const first = await train();
    const second = await train();
    expect(first.deviceFailures).toEqual([]);
    expect(second.losses).toEqual(first.losses);

    const cpu = await openEngine("cpu");
    const reference = await cpu.page.evaluate(() => globalThis.engine.train(5, {}));
    await cpu.page.close();
    for (const [step, loss] of reference.losses.entries()) {
      expect(Math.abs(first.losses[step]! - loss)).toBeLessThan(1e-3 * Math.abs(loss));
    }
    expect(first.losses.at(-1)!).toBeLessThan(first.losses[0]!);
    expect(new Set(first.tensors.slice(1)).size).toBe(1);
    expect(new Set(first.gpuBytes.slice(3)).size).toBe(1);
  });

  it("trains adapters as the CPU does", async () => {
    const train = (on: Page) =>
      on.evaluate(() =>
        globalThis.engine.train(3, {
          trained: { part: "lora", rank: 2, alpha: 4, targets: ["query", "value", "output"] },
        }),
      );
    const cpu = await openEngine("cpu");
    const [reference, found] = [await train(cpu.page), await train(page)];
    await cpu.page.close();
    for (const [step, loss] of reference.losses.entries()) {
      expect(Math.abs(found.losses[step]! - loss)).toBeLessThan(1e-3 * Math.abs(loss));
    }
    expect(found.losses.at(-1)!).toBeLessThan(found.losses[0]!);
    expect(found.deviceFailures).toEqual([]);
  });

  it("trains in chunks as it does at once, twice alike", async () => {
    const train = (chunkSize: number) =>
      page.evaluate((size) => globalThis.engine.train(3, { chunkSize: size }), chunkSize);
    const [whole, chunked, again] = [await train(0), await train(3), await train(3)];
    expect(again.losses).toEqual(chunked.losses);
    for (const [step, loss] of whole.losses.entries()) {
      expect(Math.abs(chunked.losses[step]! - loss)).toBeLessThan(1e-4 * Math.abs(loss));
    }
    expect(chunked.deviceFailures).toEqual([]);
  });

  it("holds no more after batches of all lengths and a checkpoint than after the first of each", async () => {
    const held = await page.evaluate(() => globalThis.engine.trainMixed(4));
    expect(held.slice(1).map(({ tensors }) => tensors)).toEqual(Array(3).fill(held[0]!.tensors));
    const [second, ...later] = held.slice(1).map(({ gpuBytes }) => gpuBytes);
    expect(later).toEqual([second, second]);
    // The word embeddings are written in place, and each checkpoint has them as they are then.
    expect(new Set(held.map(({ words }) => words)).size).toBe(4);
  });
});

it("refuses a backend that is not there", async () => {
  // A browser whose WebGPU finds no adapter.
  const page = await served.open((page) =>
    page.addInitScript(() => {
      Object.defineProperty(navigator.gpu, "requestAdapter", {
        value: () => Promise.resolve(null),
      });
    }),
  );
  await expect(page.evaluate(() => globalThis.engine.open("webgpu"))).rejects.toThrow(
    /webgpu was asked for, but WebGPU finds no adapter/,
  );
  await page.close();
});
