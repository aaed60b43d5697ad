/** @file The page of `bench/train.mjs`, opened anew for each thing that is measured. */

import { openPage } from "./openPage.mjs";

/** @typedef {import("./browser/startRun").StepSizes} StepSizes */

/**
 * @template T
 * @param {"wasm" | "webgpu"} backend
 * @param {(page: import("playwright-core").Page) => Promise<T>} use
 * @param {Record<string, string>} [files] as of `openPage`
 */
export async function onBackend(backend, use, files = {}) {
  const { page, browser, close } = await openPage("train", { files, ready: "trainBench" });
  try {
    const opened = await page.evaluate((name) => globalThis.trainBench.open(name), backend);
    return { browser, opened, result: await use(page) };
  } finally {
    await close();
  }
}

/**
 * What a step takes, in a page of its own.
 * @param {"wasm" | "webgpu"} backend
 * @param {StepSizes} given
 * @param {boolean} plain
 */
export async function memoryOf(backend, given, plain) {
  const { result } = await onBackend(backend, (page) =>
    page.evaluate(
      ([step, isPlain]) => globalThis.trainBench.memory(step, isPlain),
      /** @type {const} */ ([given, plain]),
    ),
  );
  return result;
}
