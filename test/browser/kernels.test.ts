import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fusedCases, gradientKernels, gradientKernelsIn } from "../encoder/fusedCases";
import type {} from "./kernels";
import { servePage, type ServedPage } from "./servedPage";

let served: ServedPage;
let page: Page;

beforeAll(async () => {
  served = await servePage("kernels", "kernelChecks");
  page = await served.open();
});

afterAll(() => served.close());

describe("fused kernels on webgpu", () => {
  it("are there", async () => {
    expect(await page.evaluate(() => globalThis.kernelChecks.open())).toBe("webgpu");
    for (const name of ["LinearMaps", "Gelu", "AddLayerNorm", "Attention", "AdamW", "SumSquares"]) {
      const there = await page.evaluate((kernel) => globalThis.kernelChecks.has(kernel), name);
      expect(there, name).toBe(true);
    }
  });

  it.each(fusedCases.map(({ name }) => name))("%s, in value and gradients", async (name) => {
    const result = await page.evaluate(
      (fusedCase) => globalThis.kernelChecks.differences(fusedCase),
      name,
    );
    expect(result.failures.join("\n")).toBe("");
    for (const { of, worst } of result.found) expect(worst, of).toBeLessThan(2e-5);
    expect(result.same).toBe(true);
    expect(result.leaked).toBe(0);
  });

  it.each(Object.entries(gradientKernels))(
    "%s: what is frozen costs nothing",
    async (name, expected) => {
      const found = await page.evaluate(
        (fusedCase) => globalThis.kernelChecks.kernelsOfGradients(fusedCase),
        name,
      );
      expect(found.map(gradientKernelsIn)).toEqual(expected);
    },
  );

  it.each([3, 4])("sums of squares of rows of %d", async (width) => {
    const { ours, plain } = await page.evaluate(
      (size) => globalThis.kernelChecks.sumSquares(size),
      width,
    );
    expect(plain).toBeGreaterThan(1000);
    expect(Math.abs(ours - plain)).toBeLessThan(1e-5 * plain);
  });

  it("AdamW's numbers, in one program", async () => {
    const { worst, programs } = await page.evaluate(() => globalThis.kernelChecks.adamW());
    expect(worst).toBeLessThan(1e-6);
    expect(programs).toBe(1);
  });
});
