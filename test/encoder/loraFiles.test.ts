/** @file Adapters as PEFT's files. What test/reference/lora.py reads is written here. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { embedTokens } from "../../src/encoder/encoder";
import { disposeParameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { type LoraFiles, readLora, writeLora } from "../../src/encoder/weights/loraFiles";
import { readSafetensors } from "../../src/encoder/weights/safetensors";
import { writeModel } from "../../src/encoder/weights/modelFile";
import { writeSafetensors } from "../../src/encoder/weights/writeSafetensors";
import { valuesOf } from "../training/tinyTraining";
import { openNodeBackend } from "./builtIn";
import { expectCleanFailure, expectNoLeak } from "./memory";
import { tinyConfig, tinyWeights } from "./tinyEncoder";
import { tinyLora, tinyLoraOptions } from "./tinyLora";

const seed = 71;
const folder = fileURLToPath(new URL("../output/lora/", import.meta.url));

interface Golden {
  sha256: Record<"adapter_config.json" | "adapter_model.safetensors", string>;
  sequences: number[][];
  plain: number[][];
  adapted: number[][];
  merged: number[][];
  /** By transformers, from the model that we have merged. */
  exported: number[][];
  /** The same adapters, as PEFT saves them. */
  saved: { config: string; weights: string };
}
const golden = JSON.parse(
  readFileSync(new URL("../reference/lora.json", import.meta.url), "utf8"),
) as Golden;

describe.each(["cpu", "wasm"] as const)("adapter files on %s", (backend) => {
  let tiny: ReturnType<typeof tinyLora>;
  let files: LoraFiles;

  beforeAll(() => openNodeBackend(backend));
  beforeEach(async () => {
    tiny = tinyLora(seed);
    files = await writeLora(tiny.adapters, tinyLoraOptions);
  });
  afterEach(() => {
    disposeParameters(tiny.parameters);
    tf.dispose([...tiny.adapters.values()]);
  });

  it("are those that PEFT has read", () => {
    mkdirSync(`${folder}adapter`, { recursive: true });
    writeFileSync(`${folder}config.json`, tinyConfig);
    writeFileSync(
      `${folder}model.safetensors`,
      new Uint8Array(writeSafetensors(tinyWeights(seed))),
    );
    writeFileSync(`${folder}adapter/adapter_config.json`, files.config);
    writeFileSync(`${folder}adapter/adapter_model.safetensors`, new Uint8Array(files.weights));
    const hash = (content: string | ArrayBuffer) =>
      createHash("sha256")
        .update(typeof content === "string" ? content : new Uint8Array(content))
        .digest("hex");
    expect({
      "adapter_config.json": hash(files.config),
      "adapter_model.safetensors": hash(files.weights),
    }).toEqual(golden.sha256);
  });

  it("give the embeddings that PEFT computes from them", async () => {
    const batch = padBatch(golden.sequences, tiny.encoder.tokenizer);
    const { adapted, merged, plain } = golden;
    expect(golden.sequences.length).toBeGreaterThan(3);
    const worst = async (parameters: Map<string, tf.Tensor>, expected: number[][]) => {
      const embeddings = embedTokens(tiny.encoder, parameters, batch);
      const values = await embeddings.data();
      embeddings.dispose();
      return Math.max(...expected.flat().map((value, at) => Math.abs(value - values[at]!)));
    };
    const both = new Map([...tiny.parameters, ...tiny.adapters]);
    expect(await worst(both, adapted)).toBeLessThan(2e-6);
    expect(await worst(both, merged)).toBeLessThan(2e-6);
    expect(await worst(new Map(tiny.parameters), plain)).toBeLessThan(2e-6);
    expect(await worst(both, plain)).toBeGreaterThan(0.01);
  });

  it("are merged into a model file that gives the embeddings that PEFT computes", async () => {
    const both = new Map([...tiny.parameters, ...tiny.adapters]);
    const weights = await writeModel(both);
    mkdirSync(`${folder}merged`, { recursive: true });
    writeFileSync(`${folder}merged/config.json`, tinyConfig);
    writeFileSync(`${folder}merged/model.safetensors`, new Uint8Array(weights));
    const stored = readSafetensors("model.safetensors", weights);
    expect([...stored.keys()]).toEqual([...tiny.parameters.keys()]);
    const parameters = new Map(
      [...stored].map(([name, { values, shape }]) => [name, tf.tensor(values, shape, "float32")]),
    );
    const batch = padBatch(golden.sequences, tiny.encoder.tokenizer);
    const embeddings = embedTokens(tiny.encoder, parameters, batch);
    const values = await embeddings.data();
    tf.dispose([embeddings, ...parameters.values()]);
    for (const expected of [golden.merged, golden.exported]) {
      for (const [at, value] of expected.flat().entries()) {
        expect(Math.abs(value - values[at]!)).toBeLessThan(2e-6);
      }
    }
  });

  it("are read as they were written, also where PEFT wrote them", async () => {
    const { buffer, byteOffset, byteLength } = Buffer.from(golden.saved.weights, "base64");
    const weights = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
    await expectNoLeak(async () => {
      for (const given of [files, { config: golden.saved.config, weights }]) {
        const adapters = readLora(tiny.encoder.architecture, given);
        expect([...adapters.keys()].sort()).toEqual([...tiny.adapters.keys()].sort());
        const [read, written] = [await valuesOf(adapters), await valuesOf(tiny.adapters)];
        for (const [name, values] of written) expect(read.get(name)).toEqual(values);
        tf.dispose([...adapters.values()]);
      }
    });
  });

  it.each<[string, (config: Record<string, unknown>) => unknown, string]>([
    ["another method", (config) => ({ ...config, peft_type: "IA3" }), 'peft_type is "IA3"'],
    ["no rank", (config) => ({ ...config, r: undefined }), "r is undefined"],
    ["another rank", (config) => ({ ...config, r: 4 }), "has shape [2, 8], not [4, 8]"],
    ["no alpha", (config) => ({ ...config, lora_alpha: "16" }), 'lora_alpha is "16"'],
    ["DoRA", (config) => ({ ...config, use_dora: true }), "use_dora true is not supported"],
    ["ranks of their own", (config) => ({ ...config, rank_pattern: { a: 1 } }), "rank_pattern"],
    ["nothing", () => null, "peft_type is undefined"],
  ])("are refused with %s", async (_, change, message) => {
    const config = JSON.stringify(change(JSON.parse(files.config) as Record<string, unknown>));
    const read = () => readLora(tiny.encoder.architecture, { ...files, config });
    await expectCleanFailure(read, message);
  });

  it("are refused where they do not fit the encoder", async () => {
    const with_ = (change: (tensors: ReturnType<typeof readSafetensors>) => void) => () => {
      const tensors = readSafetensors("adapter_model.safetensors", files.weights);
      change(tensors);
      return readLora(tiny.encoder.architecture, { ...files, weights: writeSafetensors(tensors) });
    };
    const one = { shape: [1], values: new Float32Array(1) };
    const first = "base_model.model.encoder.layer.0.attention.self.query.lora_A.weight";
    await expectCleanFailure(
      with_((tensors) => tensors.clear()),
      "it has no tensors",
    );
    await expectCleanFailure(
      with_((tensors) => tensors.delete(first)),
      "attention.self.query.lora_B.weight one is missing",
    );
    for (const name of ["encoder.layer.2.output.dense.lora_A.weight", "encoder.layer.0.bias"]) {
      await expectCleanFailure(
        with_((tensors) => tensors.set(`base_model.model.${name}`, one)),
        `${name} adapts nothing that this encoder has`,
      );
    }
    await expectCleanFailure(
      () => readLora(tiny.encoder.architecture, { ...files, config: "{" }),
      "adapter_config.json: it is not JSON",
    );
  });

  it("are not written of an encoder without adapters", async () => {
    await expect(writeLora(tiny.parameters, tinyLoraOptions)).rejects.toThrow("no adapters");
  });
});

it("writes aligned data after a header that says what they are", () => {
  const bytes = writeSafetensors(
    new Map([["a", { shape: [1, 2], values: new Float32Array([1, 2, 3]).subarray(1) }]]),
  );
  const header = Number(new DataView(bytes).getBigUint64(0, true));
  expect(header % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + header)))).toEqual({
    __metadata__: { format: "pt" },
    a: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
  });
  expect(readSafetensors("a", bytes).get("a")!.values).toEqual(new Float32Array([2, 3]));
});
