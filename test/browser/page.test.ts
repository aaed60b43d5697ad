import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import { servePage } from "../../scripts/serve.mjs";
import { serveSmallLab } from "./smallLab";

const output = fileURLToPath(new URL("../output/", import.meta.url));

let server: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(output, { recursive: true });
  server = await servePage();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The page as a person opens it, and what it complained of. */
async function openPage(path: string, prepare?: (page: Page) => Promise<void>) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  // Two busy cores can take a minute for what a laptop does in seconds.
  page.setDefaultTimeout(100_000);
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await prepare?.(page);
  await page.goto(server.url + path);
  return { page, complaints };
}

const environment = (page: Page) =>
  page.getByRole("region", { name: "Status" }).locator("summary").innerText();

const numbers = {
  mono: "Monolingual",
  cross: "Cross-lingual",
  multi: "Multilingual",
  loss: "Loss",
};

async function score(page: Page, name: keyof typeof numbers): Promise<number> {
  const entry = page.locator("dl > div").filter({ has: page.getByText(numbers[name]) });
  return Number(await entry.locator("dd").first().innerText());
}

/** Waits until the scores of a step are shown. */
async function waitForScores(page: Page, step: number): Promise<void> {
  const done = step === 0 ? "before training" : "since start";
  await page
    .getByRole("region", { name: "Run" })
    .getByText(`step ${step}`, { exact: true })
    .waitFor();
  await page.locator("dl").getByText(done).first().waitFor();
}

/** What the run can be compared with. */
function comparisons(page: Page): Promise<string[]> {
  return page.getByLabel("Compare with").locator("option").allInnerTexts();
}

function waitForNoComparison(page: Page): Promise<void> {
  return page.getByLabel("Compare with").waitFor({ state: "detached" });
}

describe("the page on the software WebGPU adapter, with a tiny encoder", () => {
  it("loads, scores, trains 3 steps and finds passages", async () => {
    const { page, complaints } = await openPage(
      "?backend=webgpu#steps=3&every=3&batch=4&langs=ar,en,zh",
      serveSmallLab,
    );
    await waitForScores(page, 0);
    expect(await environment(page)).toMatch(/^WebGPU · .*swiftshader/i);
    const before = await score(page, "mono");
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(1);

    await page.getByRole("button", { name: "Train" }).click();
    await waitForScores(page, 3);
    expect(await score(page, "loss")).toBeGreaterThan(0);

    await page.getByRole("searchbox").fill("Which animal runs fastest?");
    const hits = page.getByRole("region", { name: "Results" }).locator("li");
    await hits.first().waitFor();
    expect(await hits.count()).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
    await page.screenshot({ path: `${output}webgpu.png` });
    await page.close();
  });
});

describe("the page on WASM, with the built-in encoder", () => {
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    ({ page, complaints } = await openPage("?backend=wasm#steps=5&every=5&langs=ar,de,en,zh"));
  });

  afterAll(() => page.close());

  it("shows the first scores without a click", async () => {
    await waitForScores(page, 0);
    expect(await environment(page)).toMatch(/^WASM · relaxed SIMD/);
    expect(await score(page, "mono")).toBeGreaterThan(await score(page, "cross"));
  });

  it("trains 5 steps and shows what changed", async () => {
    await page.getByRole("button", { name: "Train" }).click();
    await waitForScores(page, 5);
    await page.screenshot({ path: `${output}wasm.png` });
    expect(complaints).toEqual([]);
  });

  it("keeps the run, and resets to the scores it started from", async () => {
    const trained = await score(page, "multi");
    await page.getByRole("button", { name: "Keep this run" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await waitForScores(page, 0);
    expect(trained).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it("shows the kept run after a reload", async () => {
    await page.reload();
    await waitForScores(page, 0);
    expect(await comparisons(page)).toEqual(["none", "hybrid α .50, seed 1, 4 languages"]);
    await page.getByText(/^dashed at 0:/).waitFor();
    expect(complaints).toEqual([]);
  });

  it.each(["light", "dark"] as const)("has no accessibility violation, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  it.each([1280, 900, 390])("does not scroll sideways at %i pixels", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `${output}${width}.png` });
  });

  it("has forgotten a dropped run after a reload", async () => {
    await page.getByRole("button", { name: "Drop" }).click();
    await waitForNoComparison(page);
    // The page shows it gone before the browser has written so; a reload must not come between.
    await expect.poll(() => page.evaluate(countKeptRuns)).toBe(0);
    await page.reload();
    await waitForScores(page, 0);
    await waitForNoComparison(page);
    expect(complaints).toEqual([]);
  });
});

/** Runs in the page: how many runs the browser's storage holds. */
function countKeptRuns(): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("polyglot-lab");
    opening.onerror = () => reject(opening.error!);
    opening.onsuccess = () => {
      const database = opening.result;
      const counting = database.transaction("runs").objectStore("runs").count();
      counting.onerror = () => reject(counting.error!);
      counting.onsuccess = () => {
        database.close();
        resolve(counting.result);
      };
    };
  });
}

it("says so where the encoder cannot be loaded", async () => {
  const { page } = await openPage("?backend=cpu", async (page) => {
    await page.route("**/encoder/model.safetensors", (route) =>
      route.fulfill({ body: Buffer.from("not weights at all") }),
    );
  });
  await page.getByRole("alert").getByText("model.safetensors").waitFor();
  await page.close();
});

declare global {
  var axe: typeof import("axe-core");
}
