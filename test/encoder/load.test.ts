import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type EncoderFiles, readEncoder } from "../../src/encoder/load";
import { disposeParameters, parameterCount } from "../../src/encoder/parameters";
import type { NamedTensor } from "../../src/encoder/weights/safetensors";
import { openNodeBackend } from "./builtIn";
import { expectCleanFailure, expectNoLeak } from "./memory";
import { tinyArchitecture, tinyConfig, tinyWeights } from "./tinyEncoder";
import { tinyTokenizer } from "./tinyTokenizer";
import { writeSafetensors } from "./writeSafetensors";

const words = ["red", "green"];

function files(changes: Partial<EncoderFiles> = {}): EncoderFiles {
  const weights = writeSafetensors(tinyWeights(1));
  return { config: tinyConfig, tokenizer: tinyTokenizer(words), weights, ...changes };
}

/** Sound files but for the weights. */
function withWeights(change: (weights: Map<string, NamedTensor>) => void): EncoderFiles {
  const weights = tinyWeights(1);
  change(weights);
  return files({ weights: writeSafetensors(weights) });
}

function withConfig(fields: Record<string, unknown>): EncoderFiles {
  return files({ config: JSON.stringify({ ...(JSON.parse(tinyConfig) as object), ...fields }) });
}

const norm = "encoder.layer.1.output.LayerNorm.bias";
const query = "encoder.layer.0.attention.self.query.weight";

const broken: [string, () => EncoderFiles, RegExp][] = [
  [
    "a missing tensor",
    () => withWeights((weights) => weights.delete(norm)),
    /^model.safetensors: tensor encoder.layer.1.output.LayerNorm.bias is missing/,
  ],
  [
    "a surplus tensor",
    () =>
      withWeights((weights) =>
        weights.set("encoder.layer.2.x", { shape: [1], values: new Float32Array(1) }),
      ),
    /^model.safetensors: surplus tensor encoder.layer.2.x/,
  ],
  [
    "a tensor under two names",
    () => withWeights((weights) => weights.set(`bert.${norm}`, weights.get(norm)!)),
    /^model.safetensors: .*encoder.layer.1.output.LayerNorm.bias/,
  ],
  [
    "a wrong shape",
    () => withWeights((weights) => (weights.get(query)!.shape = [4, 16])),
    /^model.safetensors: tensor encoder.layer.0.attention.self.query.weight has shape \[4, 16\].*\[8, 8\]/,
  ],
  [
    "a value that is not finite",
    () => withWeights((weights) => (weights.get(norm)!.values[3] = Infinity)),
    /^model.safetensors: tensor encoder.layer.1.output.LayerNorm.bias: value Infinity at index 3/,
  ],
  [
    "weights that are no file",
    () => files({ weights: new ArrayBuffer(3) }),
    /^model.safetensors: 3 b/,
  ],
  ["a config that is no JSON", () => files({ config: "{" }), /^config.json is not JSON/],
  ["a config that is a number", () => files({ config: "7" }), /^config.json is not a JSON object/],
  [
    "another family",
    () => withConfig({ model_type: "t5" }),
    /^config.json: model_type t5; .* bert/,
  ],
  ["no family", () => withConfig({ model_type: undefined }), /^config.json: model_type undefined/],
  [
    "a family from Object.prototype",
    () => withConfig({ model_type: "constructor" }),
    /^config.json: model_type constructor/,
  ],
  ["a size missing", () => withConfig({ hidden_size: null }), /^config.json: hidden_size is null/],
  ["no layers", () => withConfig({ num_hidden_layers: 0 }), /^config.json: num_hidden_layers is 0/],
  ["half a token", () => withConfig({ vocab_size: 0.5 }), /^config.json: vocab_size is 0.5/],
  [
    "heads that do not fit",
    () => withConfig({ num_attention_heads: 3 }),
    /^config.json: hidden_size 8 is not a multiple of 3 heads/,
  ],
  [
    "another activation",
    () => withConfig({ hidden_act: "relu" }),
    /^config.json: hidden_act "relu"/,
  ],
  ["no epsilon", () => withConfig({ layer_norm_eps: 0 }), /^config.json: layer_norm_eps is 0/],
  ["a tokenizer that is no JSON", () => files({ tokenizer: "{" }), /^tokenizer.json is not a tok/],
  ["an unknown tokenizer", () => files({ tokenizer: "{}" }), /^tokenizer.json is not a tokenizer/],
  [
    "padding outside the vocabulary",
    () => withConfig({ pad_token_id: 50 }),
    /^tokenizer.json: the padding token has id 50, outside the vocabulary of 50/,
  ],
];

describe("readEncoder", () => {
  beforeAll(() => openNodeBackend("cpu"));

  it.each(broken)("refuses %s and leaves no tensor behind", async (_, make, message) => {
    const made = make();
    await expectCleanFailure(() => readEncoder(made), message);
  });

  it("refuses a token outside the vocabulary where a text has it", async () => {
    const many = Array.from({ length: 50 }, (_, index) => `word${index}`);
    await expectNoLeak(() => {
      const { encoder, parameters } = readEncoder(files({ tokenizer: tinyTokenizer(many) }));
      disposeParameters(parameters);
      expect(encoder.tokenizer.encode("word0")).toEqual([1, 4, 2]);
      expect(() => encoder.tokenizer.encode("word0 word46")).toThrow(
        /^tokenizer.json: a token of "word0 word46" has id 50, outside the vocabulary of 50/,
      );
    });
  });

  it("gives the parameters in the architecture's order, with or without the prefix", async () => {
    const prefixed = new Map<string, NamedTensor>([
      ["pooler.dense.bias", { shape: [1], values: Float32Array.of(3) }],
    ]);
    for (const [name, tensor] of [...tinyWeights(1)].reverse())
      prefixed.set(`bert.${name}`, tensor);
    const weights = writeSafetensors(prefixed);
    await expectNoLeak(async () => {
      const { parameters } = readEncoder(files({ weights }));
      expect([...parameters.keys()]).toEqual([...tinyArchitecture().shapes.keys()]);
      for (const [name, { values, shape }] of tinyWeights(1)) {
        const read = parameters.get(name)!;
        expect(read.shape).toEqual(shape);
        expect(await read.data()).toEqual(values);
      }
      const layer = 4 * (8 * 8 + 8) + (16 * 8 + 16) + (8 * 16 + 8) + 2 * 16;
      expect(parameterCount(parameters)).toBe((50 + 32 + 1) * 8 + 16 + 2 * layer);
      expect(tf.memory().numTensors).toBeGreaterThanOrEqual(parameters.size);
      disposeParameters(parameters);
    });
  });
});
