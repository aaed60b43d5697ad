/** @file The files that the page saves at a click: their names, and what is in them. */

import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../scripts/browser.mjs";
import { servePage } from "../../scripts/serve.mjs";
import { type NamedTensor, readSafetensors } from "../../src/encoder/weights/safetensors";
import { smallWeights } from "./smallLab";
import { openTab, smallRun, stepTo, toldOf } from "./watchedTab";

let server: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;
let page: Page;

const rank = 2;
const alpha = 4;

beforeAll(async () => {
  server = await servePage();
  browser = await launchChromium();
  const settings = `&seed=7&warmup=0&trains=lora-${rank}-${alpha}-query`;
  page = await openTab(await browser.newContext(), server.url + smallRun("wasm", 6) + settings);
  await toldOf(page, "state", { state: "ready" });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const button = (name: string) => page.getByRole("button", { name });

/** Clicks, and opens the zip that the browser saves; texts and bytes by their names. */
async function savedFolder(name: string, folderName: string) {
  const saving = page.waitForEvent("download");
  await button(name).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe(folderName);
  const folder = unzipSync(readFileSync(await download.path()));
  const json = (file: string) =>
    JSON.parse(new TextDecoder().decode(folder[file])) as Record<string, unknown>;
  const tensors = (file: string) => readSafetensors(file, folder[file]!.slice().buffer);
  return { names: Object.keys(folder), json, tensors };
}

const matrix = "encoder.layer.0.attention.self.query";

describe("what a run with adapters saves", () => {
  let adapters: Map<string, NamedTensor>;

  it("is offered once something has been trained", async () => {
    for (const name of ["Adapters", "Model"]) expect(await button(name).isDisabled()).toBe(true);
    await stepTo(page, 2);
    for (const name of ["Adapters", "Model"]) expect(await button(name).isEnabled()).toBe(true);
  });

  it("are adapters as a folder for PEFT", async () => {
    const folder = await savedFolder("Adapters", "adapters-seed-7-step-2.zip");
    expect(folder.names).toEqual(["adapter_config.json", "adapter_model.safetensors"]);
    expect(folder.json("adapter_config.json")).toMatchObject({
      peft_type: "LORA",
      r: rank,
      lora_alpha: alpha,
      target_modules: [matrix],
    });
    adapters = folder.tensors("adapter_model.safetensors");
    expect([...adapters].map(([name, { shape }]) => [name, shape])).toEqual([
      [`base_model.model.${matrix}.lora_A.weight`, [rank, 16]],
      [`base_model.model.${matrix}.lora_B.weight`, [16, rank]],
    ]);
  });

  it("is the whole encoder as a folder for transformers, the adapters merged into it", async () => {
    const folder = await savedFolder("Model", "model-seed-7-step-2.zip");
    expect(folder.names).toEqual(["config.json", "tokenizer.json", "model.safetensors"]);
    expect(folder.json("config.json")).toMatchObject({ model_type: "bert", hidden_size: 16 });
    expect(folder.json("tokenizer.json")).toHaveProperty("model.vocab");

    const before = readSafetensors("served", smallWeights());
    const after = folder.tensors("model.safetensors");
    expect(after.size).toBe(before.size);
    const changed = [...before].filter(([name, { values, shape }]) => {
      expect(after.get(name)!.shape, name).toEqual(shape);
      return Buffer.compare(bytesOf(values), bytesOf(after.get(name)!.values)) !== 0;
    });
    expect(changed.map(([name]) => name)).toEqual([`${matrix}.weight`]);

    const [a, b] = [...adapters.values()].map(({ values }) => values) as [
      Float32Array,
      Float32Array,
    ];
    const merged = before.get(`${matrix}.weight`)!.values.map((value, index) => {
      const [row, column] = [Math.floor(index / 16), index % 16];
      const product = b[row * rank]! * a[column]! + b[row * rank + 1]! * a[16 + column]!;
      return value + (alpha / rank) * product;
    });
    const found = after.get(`${matrix}.weight`)!.values;
    const worst = Math.max(...merged.map((value, index) => Math.abs(value - found[index]!)));
    expect(worst).toBeLessThan(1e-6);
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
