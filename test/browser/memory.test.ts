import { writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "./memory";
import { servePage, type ServedPage } from "./servedPage";

// bench/memory.mjs runs the same for longer.
const steps = Number(process.env["MEMORY_STEPS"] ?? 60);
const out = process.env["MEMORY_OUT"];

let served: ServedPage;
let page: Page;
let adapter: string;

beforeAll(async () => {
  served = await servePage("memory", "memoryRun");
  page = await served.open(async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await page.exposeFunction("collectedHeapBytes", async () => {
      await devtools.send("HeapProfiler.collectGarbage");
      return (await devtools.send("Runtime.getHeapUsage")).usedSize;
    });
  });
  adapter = await page.evaluate(() => globalThis.memoryRun.open());
});

afterAll(() => served.close());

describe(`${steps} steps of mixed lengths on webgpu`, () => {
  it("hold the same at each checkpoint, and of the GPU what the shapes met so far need", async () => {
    const { points, deviceFailures } = await page.evaluate(
      ([steps, stepsBetween]) => globalThis.memoryRun.curve(steps, stepsBetween),
      [steps, steps / 20] as const,
    );
    const place = { browser: `Chromium ${served.browser.version()}`, adapter };
    if (out) writeFileSync(out, JSON.stringify({ ...place, points }));
    expect(deviceFailures).toEqual([]);
    expect(points).toHaveLength(20);
    const held = points.map(({ tensors, tensorBytes }) => ({ tensors, tensorBytes }));
    expect(held).toEqual(points.map(() => held[0]));
    // tfjs keeps the buffers of each size for reuse: more of them only for a shape that is new.
    const gpu = points.map(({ shapes, allocatedBytes, usedGpuBytes, buffers }) => ({
      shapes,
      allocatedBytes,
      usedGpuBytes,
      buffers,
    }));
    const first = new Map(gpu.toReversed().map((point) => [point.shapes, point]));
    expect(gpu).toEqual(gpu.map(({ shapes }) => first.get(shapes)));
    // All lengths have been met long before the end.
    expect(first.size).toBeLessThan(points.length / 2);
    // Nobody makes buffers past tfjs's count.
    const all = points.map(({ bufferBytes }) => bufferBytes);
    expect(all).toEqual(points.map(({ allocatedBytes }) => allocatedBytes));
  });
});
