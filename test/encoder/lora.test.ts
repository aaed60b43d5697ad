import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LayerMap } from "../../src/encoder/architectures/layerMaps";
import { embedTokens } from "../../src/encoder/encoder";
import { linear } from "../../src/encoder/layers";
import {
  adaptersOf,
  initLora,
  type LoraOptions,
  loraScaling,
  loraShapes,
  mergeLora,
  unmergeLora,
} from "../../src/encoder/lora";
import { disposeParameters, type Parameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { createRandom } from "../../src/random";
import { valuesOf } from "../training/tinyTraining";
import { openNodeBackend } from "./builtIn";
import { expectGradients } from "./gradients";
import { expectNoLeak } from "./memory";
import { randomTensor } from "./randomTensors";
import { tinyArchitecture } from "./tinyEncoder";
import { tinyLora, tinyLoraOptions } from "./tinyLora";

const architecture = tinyArchitecture();
const batch = padBatch([[1, 7, 9, 2], [1, 30, 2], Array.from({ length: 12 }, () => 5)], {
  padId: 0,
  maximumLength: 32,
});

/** The largest difference between two lists of numbers. */
function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

describe.each(["cpu", "wasm"] as const)("adapters on %s", (backend) => {
  let tiny: ReturnType<typeof tinyLora>;
  /** The encoder's parameters with the adapters beside them. */
  let adapted: Parameters;

  beforeAll(() => openNodeBackend(backend));
  beforeEach(() => {
    tiny = tinyLora(51);
    adapted = new Map([...tiny.parameters, ...tiny.adapters]);
  });
  afterEach(() => disposeParameters(adapted));

  async function embeddings(parameters: Parameters): Promise<Float32Array> {
    const tensor = embedTokens(tiny.encoder, parameters, batch);
    const values = Float32Array.from(await tensor.data());
    tensor.dispose();
    return values;
  }

  it("change nothing before they are trained", async () => {
    const fresh = initLora(architecture, tinyLoraOptions, createRandom(1));
    const before = await embeddings(tiny.parameters);
    expect(distance(await embeddings(new Map([...tiny.parameters, ...fresh])), before)).toBe(0);
    tf.dispose([...fresh.values()]);
    expect(distance(await embeddings(adapted), before)).toBeGreaterThan(0.01);
  });

  it("have the gradients of central differences", async () => {
    const random = createRandom(52);
    const names = ["map.weight", "map.bias", "map.lora_A.weight", "map.lora_B.weight"];
    const shapes: [number, number][] = [[5, 4], [1, 5], [2, 4], [5, 2], [3, 4]]; // prettier-ignore
    const inputs = shapes.map((shape) => randomTensor<tf.Rank.R2>(shape, random));
    const scaling = tf.scalar(1.5);
    await expectGradients((...given) => {
      const parameters = new Map(names.map((name, index) => [name, given[index]!]));
      parameters.set("map.bias", tf.reshape(given[1]!, [5]));
      return linear(parameters.set(loraScaling, scaling), "map", given[4] as tf.Tensor2D);
    }, inputs);
    tf.dispose([...inputs, scaling]);
  });

  it.each<LayerMap[][]>([[["key"]], [["query", "value"]], [["value", "intermediate"]]])(
    "beside %j alone give what merged matrices give",
    async (targets) => {
      await expectNoLeak(async () => {
        const names = targets.flatMap((map) => [0, 1].map((at) => architecture.linearMap(at, map)));
        const isChosen = (name: string) => names.some((map) => name.startsWith(`${map}.lora_`));
        const chosen = new Map(
          [...adapted].filter(([name]) => !name.includes(".lora_") || isChosen(name)),
        );
        expect(chosen.size - tiny.parameters.size).toBe(1 + 2 * names.length);
        const merged = mergeLora(chosen);
        const found = await embeddings(chosen);
        expect(distance(found, await embeddings(merged))).toBeLessThan(1e-6);
        expect(distance(found, await embeddings(tiny.parameters))).toBeGreaterThan(0.01);
        disposeParameters(merged);
      });
    },
  );

  it("merge into the matrices and out of them again", async () => {
    await expectNoLeak(async () => {
      const merged = mergeLora(adapted);
      expect([...merged.keys()]).toEqual([...tiny.parameters.keys()]);
      expect(distance(await embeddings(merged), await embeddings(adapted))).toBeLessThan(1e-6);

      const unmerged = unmergeLora(merged, adaptersOf(adapted));
      const [initial, between, after] = await Promise.all(
        [tiny.parameters, merged, unmerged].map(valuesOf),
      );
      for (const [name, values] of initial!) {
        expect(distance(after!.get(name)!, values), name).toBeLessThan(1e-6);
        const isAdapted = adapted.has(name.replace(/\.weight$/, "") + ".lora_A.weight");
        expect(distance(between!.get(name)!, values) > 0.01, name).toBe(isAdapted);
      }
      disposeParameters(merged);
      disposeParameters(unmerged);
    });
  });
});

describe("new adapters", () => {
  const options: LoraOptions = { rank: 3, alpha: 6, targets: ["value", "output"] };
  const drawn = async (seed: number): Promise<Map<string, Float32Array>> => {
    const adapters = initLora(architecture, options, createRandom(seed));
    const values = await valuesOf(adapters);
    tf.dispose([...adapters.values()]);
    return values;
  };

  beforeAll(() => openNodeBackend("cpu"));

  it("stand in every layer, under PEFT's names", () => {
    expect([...loraShapes(architecture, options)].slice(0, 5)).toEqual([
      ["encoder.layer.0.attention.self.value.lora_A.weight", [3, 8]],
      ["encoder.layer.0.attention.self.value.lora_B.weight", [8, 3]],
      ["encoder.layer.0.output.dense.lora_A.weight", [3, 16]],
      ["encoder.layer.0.output.dense.lora_B.weight", [8, 3]],
      ["encoder.layer.1.attention.self.value.lora_A.weight", [3, 8]],
    ]);
    expect(loraShapes(architecture, tinyLoraOptions).size).toBe(2 * 2 * 6);
  });

  it("have B at 0 and A drawn within ±1/√in", async () => {
    const values = await drawn(7);
    expect(values.get(loraScaling)).toEqual(new Float32Array([2]));
    for (const [name, numbers] of values) {
      if (name === loraScaling) continue;
      const largest = Math.max(...numbers.map(Math.abs));
      if (name.endsWith("lora_B.weight")) expect(largest).toBe(0);
      else {
        const bound = 1 / Math.sqrt(name.includes("output.dense") ? 16 : 8);
        expect(largest > bound / 2 && largest <= bound, `${name}: ${largest}`).toBe(true);
      }
    }
    expect(await drawn(7)).toEqual(values);
    expect(await drawn(8)).not.toEqual(values);
  });

  it.each<[Partial<LoraOptions>, RegExp]>([
    [{ rank: 0 }, /rank 0: give an integer from 1 to 8/],
    [{ rank: 9 }, /rank 9: .* 8 for encoder\.layer\.0\.attention\.self\.value/],
    [{ rank: 1.5 }, /rank 1\.5/],
    [{ alpha: 0 }, /alpha is above 0, got 0/],
    [{ alpha: Infinity }, /got Infinity/],
    [{ targets: [] }, /targets \[\]: give some of query, key/],
    [{ targets: ["query", "query"] }, /targets \[query, query\]/],
    [{ targets: ["bias" as "query"] }, /targets \[bias\]/],
  ])("are refused with %j", (changes, message) => {
    const init = () => initLora(architecture, { ...options, ...changes }, createRandom(1));
    expect(init).toThrow(RangeError);
    expect(init).toThrow(message);
  });
});
