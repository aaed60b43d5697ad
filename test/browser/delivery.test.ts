/** @file What is handed out: the static build on a plain host, and the command line. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import type { HeadlessResult } from "../../src/headless";

const root = fileURLToPath(new URL("../../", import.meta.url));

const contentTypes: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

describe("dist/ under a sub-path of a host that sends no headers of its own", () => {
  const prefix = "/courses/retrieval/";
  let host: Server;

  beforeAll(async () => {
    host = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const file = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
      if (!file.startsWith(prefix)) return response.writeHead(404).end();
      readFile(`${root}dist/${file.slice(prefix.length)}`).then(
        (content) =>
          response
            .writeHead(200, { "Content-Type": contentTypes[extname(file)] ?? "text/plain" })
            .end(content),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => host.listen(0, resolve));
  });

  afterAll(() => host.close());

  it("loads, scores, and says that WASM has one thread", async () => {
    const browser = await launchChromium();
    const page = await browser.newPage();
    const address = host.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await page.goto(`http://localhost:${port}${prefix}?backend=wasm#langs=en,de`);
    await page.locator("dl").getByText("before training").first().waitFor();
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(false);
    const status = page.getByRole("region", { name: "Status" });
    expect(await status.innerText()).toContain("1 thread");
    await browser.close();
  });
});

describe("npm run train", () => {
  const folder = mkdtempSync(join(tmpdir(), "polyglot-lab-"));

  async function train(name: string, ...options: string[]): Promise<HeadlessResult> {
    const out = join(folder, name);
    const parameters = ["scripts/train.mjs", "--languages", "en,de", "--out", out, ...options];
    await promisify(execFile)(process.execPath, parameters, { cwd: root });
    return JSON.parse(readFileSync(out, "utf8")) as HeadlessResult;
  }

  it("writes the same result twice, times aside, and another for another seed", async () => {
    const short = ["--steps", "2", "--batch", "8", "--eval-every", "2"];
    const first = await train("first.json", ...short);
    const second = await train("second.json", ...short);
    const other = await train("other.json", ...short, "--seed", "2");
    const { seconds, ...result } = first;
    expect({ ...second, seconds }).toEqual({ ...result, seconds });
    expect(other.losses).not.toEqual(first.losses);

    expect(first.losses).toHaveLength(2);
    expect(first.evaluations.map(({ step }) => step)).toEqual([0, 2]);
    expect(first.evaluations[0]!.languages).toEqual(["en", "de"]);
    expect(first.evaluations[0]!.pairs).toHaveLength(2);
    expect(first.environment.userAgent).toContain("Chrome");
    expect(seconds.train).toBeGreaterThan(0);
    expect(seconds.encode).toBeGreaterThan(0);
  });

  it("only evaluates with --steps 0", async () => {
    const { losses, evaluations } = await train("zero.json", "--steps", "0");
    expect(losses).toEqual([]);
    expect(evaluations.map(({ step }) => step)).toEqual([0]);
  });

  it.each([
    [["--sampler", "mixed"], /--sampler mixed: not one of hybrid/],
    [["--steps", "two"], /--steps two: not a number/],
    [["--languages", "en,xx"], /unknown language xx/],
    [["--colour", "red"], /Unknown option '--colour'/],
  ])("refuses %j in one sentence", async (options, sentence) => {
    await expect(train("bad.json", ...options)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(sentence) as string,
    });
  });
});
