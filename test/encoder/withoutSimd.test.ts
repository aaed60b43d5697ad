import * as tf from "@tensorflow/tfjs-core";
import { expect, it, vi } from "vitest";
import { embedTokens } from "../../src/encoder/encoder";
import { Gelu } from "../../src/encoder/kernels/gelu";
import { hasKernel } from "../../src/encoder/kernels/register";
import { GatherRows } from "../../src/encoder/kernels/rows";
import { disposeParameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { openNodeBackend } from "./builtIn";
import { tinyEncoder } from "./tinyEncoder";

it("runs on a WebAssembly without SIMD, by the plain compositions", async () => {
  const embed = async () => {
    const { encoder, parameters } = tinyEncoder(3);
    const texts = ["7 12 9", "30"].map((text) => encoder.tokenizer.encode(text));
    const embeddings = embedTokens(encoder, parameters, padBatch(texts, encoder.tokenizer));
    const values = [...(await embeddings.data())];
    tf.dispose(embeddings);
    disposeParameters(parameters);
    return values;
  };
  await openNodeBackend("cpu");
  const expected = await embed();

  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  await openNodeBackend("wasm");
  expect([hasKernel(Gelu), hasKernel(GatherRows)]).toEqual([false, true]);
  for (const [index, value] of (await embed()).entries()) {
    expect(value).toBeCloseTo(expected[index]!, 5);
  }
});
