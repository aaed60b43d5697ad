import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import { servePage } from "../../scripts/serve.mjs";
import { kernelChecks } from "../../src/doctor/checks";
import type { Fact, Finding, Verdict } from "../../src/doctor/findings";
import { serveSmallLab } from "./smallLab";

const root = fileURLToPath(new URL("../../", import.meta.url));
const output = `${root}test/output/`;

describe("npm run doctor", () => {
  const json = join(mkdtempSync(join(tmpdir(), "polyglot-lab-")), "report.json");

  const doctor = (...options: string[]) =>
    promisify(execFile)(process.execPath, ["scripts/doctor.mjs", ...options], { cwd: root });

  it("finds the software WebGPU adapter sound, and ends with 0", async () => {
    const { stdout } = await doctor("--backend", "webgpu", "--small", "--json", json);
    expect(stdout).toMatch(/^What it runs on\n/);
    expect(stdout).toMatch(/\nAll \d+ checks passed\.\n/);

    const { findings } = JSON.parse(readFileSync(json, "utf8")) as { findings: Finding[] };
    const fact = (name: string) =>
      findings.find((finding): finding is Fact => finding.type === "fact" && finding.name === name);
    expect(fact("backend")?.value).toMatch(/^webgpu: .*swiftshader/i);
    expect(fact("maxBufferSize")?.value).toBeGreaterThan(2 ** 27);
    const kernels = findings.filter(({ type }) => type === "kernel");
    expect(kernels).toHaveLength(kernelChecks.length);
    const step = findings.find(
      (finding): finding is Verdict =>
        finding.type === "verdict" && finding.name === "A step reads nothing back",
    );
    expect(step?.numbers).toMatchObject({
      readBacks: 0,
      ofAllSteps: 1,
      synchronousReadBacks: 0,
    });
    expect(step?.numbers["dispatches"]).toBeGreaterThan(100);
    expect(step?.numbers["submits"]).toBeGreaterThan(0);
  });

  it("ends with 1 for a backend that is none, in one sentence", async () => {
    await expect(doctor("--backend", "gpu")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--backend gpu: not one of auto, webgpu/) as string,
    });
  });
});

describe("the doctor's dialog, on WASM", () => {
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    server = await servePage();
    browser = await launchChromium();
    const context = await browser.newContext({
      permissions: ["clipboard-read", "clipboard-write"],
    });
    page = await context.newPage();
    page.setDefaultTimeout(110_000);
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await serveSmallLab(page);
    await page.goto(`${server.url}?backend=wasm#langs=en,de`);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const dialog = () => page.getByRole("dialog", { name: "Doctor" });

  it("shows findings as they come, and that all passed", async () => {
    await page.getByRole("button", { name: "Doctor" }).click();
    await dialog().getByText("GatherRows", { exact: true }).waitFor();
    await dialog()
      .getByText(/^All \d+ checks passed/)
      .waitFor();
    const marks = await dialog().getByRole("cell", { name: "ok" }).count();
    expect(marks).toBeGreaterThan(kernelChecks.length);
    expect(complaints).toEqual([]);
  });

  it("copies the report that the command line prints", async () => {
    await dialog().getByRole("button", { name: "Copy as text" }).click();
    await dialog().getByText("Copied.").waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toMatch(
      /^What it runs on\n[^]*\n {2}ok {5}GatherRows[^]*\nAll \d+ checks passed\.\n/,
    );
  });

  it.each(["light", "dark"] as const)("has no accessibility violation, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  it.each([1280, 400])("fits a screen of %i pixels, light and dark", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${output}doctor-${width}-${colorScheme}.png` });
    }
    const report = dialog().getByRole("region", { name: "Findings" });
    const overflow = await report.evaluate(
      ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await report.evaluate((element) => element.scrollTo(0, 700));
    await page.screenshot({ path: `${output}doctor-${width}-kernels.png` });
  });

  it("begins anew, and stops when it is closed", async () => {
    await dialog().getByRole("button", { name: "Examine again" }).click();
    await dialog().getByRole("button", { name: "Stop" }).waitFor();
    await dialog().getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Doctor" }).click();
    await dialog()
      .getByText(/^Stopped\./)
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
