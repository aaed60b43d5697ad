import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { embedTokens } from "../../src/encoder/encoder";
import type { LoadedEncoder } from "../../src/encoder/load";
import { disposeParameters, type Parameters } from "../../src/encoder/parameters";
import { createRandom, permutation } from "../../src/random";
import { layerMaps, type RunConfig, type TrainedPart } from "../../src/training/config";
import { disposeState, initState, type TrainingState } from "../../src/training/state";
import { lossAndGradients, trainStep, type TrainingTokens } from "../../src/training/step";
import { openNodeBackend } from "../encoder/builtIn";
import { centralDifference } from "../encoder/gradients";
import { expectNoLeak } from "../encoder/memory";
import { tinyEncoder } from "../encoder/tinyEncoder";
import { plainInfoNce, transpose } from "./plainInfoNce";
import { tinyRunConfig, tinyTokens, valuesOf } from "./tinyTraining";

const lora: TrainedPart = { part: "lora", rank: 2, alpha: 4, targets: [...layerMaps] };
const batchItems = [0, 1, 2, 3];
const width = 8;

describe.each(["cpu", "wasm"] as const)("a step on %s", (backend) => {
  let loaded: LoadedEncoder;
  let tokens: TrainingTokens;
  let table: string;
  /** The ids that are in the batch, padding included. */
  let inBatch: Set<number>;

  beforeAll(() => openNodeBackend(backend));
  beforeEach(() => {
    loaded = tinyEncoder(21);
    tokens = tinyTokens(loaded, batchItems);
    table = loaded.encoder.architecture.wordEmbeddings;
    inBatch = new Set([...tokens.queries.ids, ...tokens.passages.ids]);
  });
  afterEach(() => disposeParameters(loaded.parameters));

  /** Takes steps on the same batch; gives the values before and after. */
  async function valuesAround(
    config: RunConfig,
    steps = 1,
  ): Promise<{ before: Map<string, Float32Array>; after: Map<string, Float32Array> }> {
    let state = initState(loaded.encoder, loaded.parameters, config);
    const before = await valuesOf(state.parameters);
    for (let step = 0; step < steps; step++) state = stepOf(state, config);
    const after = await valuesOf(state.parameters);
    disposeState(state);
    return { before, after };
  }

  function stepOf(state: TrainingState, config: RunConfig): TrainingState {
    const stepped = trainStep(loaded.encoder, state, tokens, config, config.learningRate);
    stepped.loss.dispose();
    return stepped.state;
  }

  /** The symmetric loss, in 64 bits, of the embeddings that the evaluation would get. */
  async function plainLoss(parameters: Parameters, temperature: number): Promise<number> {
    const embed = async (side: "queries" | "passages"): Promise<number[][]> => {
      const embeddings = embedTokens(loaded.encoder, parameters, tokens[side]);
      const rows = (await embeddings.array()) as number[][];
      embeddings.dispose();
      return rows;
    };
    const [queries, passages] = [await embed("queries"), await embed("passages")];
    const similarities = queries.map((query) =>
      passages.map((passage) => query.reduce((sum, x, column) => sum + x * passage[column]!, 0)),
    );
    const forward = plainInfoNce(similarities, tokens.items, temperature);
    return (forward + plainInfoNce(transpose(similarities), tokens.items, temperature)) / 2;
  }

  const parts: TrainedPart[] = [
    { part: "all" },
    { part: "layer-norms" },
    { part: "words" },
    { part: "projection" },
    lora,
  ];
  it.each(parts)("has the gradient of central differences: $part", async (trained) => {
    const temperature = 0.2;
    const config = tinyRunConfig({ temperature, trained, symmetric: true });
    await expectNoLeak(async () => {
      const state = initState(loaded.encoder, loaded.parameters, config);
      const { loss, dense, words } = lossAndGradients(loaded.encoder, state, tokens, config);
      const [value] = await loss.data();
      expect(value).toBeCloseTo(await plainLoss(state.parameters, temperature), 5);

      const gradients = await valuesOf(dense);
      if (words) gradients.set(table, await wordGradient(words));
      expect([...gradients.keys()].sort()).toEqual([...state.moments.keys()].sort());
      const largestOf = (values: Float32Array) =>
        values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
      const largest = Math.max(...[...gradients.values()].map(largestOf));
      const random = createRandom(22);
      for (const [name, gradient] of gradients) {
        const allowed = 1e-2 * Math.max(largestOf(gradient), largest / 10);
        const at = (shifted: tf.Tensor) =>
          plainLoss(new Map([...state.parameters, [name, shifted]]), temperature);
        for (const place of permutation(gradient.length, random).slice(0, 6)) {
          const numeric = await centralDifference(at, state.parameters.get(name)!, place);
          const found = gradient[place]!;
          expect(
            Math.abs(numeric - found),
            `${name} at ${place}: ${found} for ${numeric}`,
          ).toBeLessThan(allowed);
        }
      }
      tf.dispose([loss, ...dense.values(), ...(words ? [words.rows] : [])]);
      disposeState(state);
    });
  });

  /** The gradient of the whole table, 0 in rows that are not in the batch. */
  async function wordGradient(words: {
    ids: Int32Array;
    rows: tf.Tensor2D;
  }): Promise<Float32Array> {
    const gradient = new Float32Array(50 * width);
    const rows = await words.rows.data();
    for (const [row, id] of words.ids.entries()) {
      for (let column = 0; column < width; column++) {
        gradient[id * width + column]! += rows[row * width + column]!;
      }
    }
    return gradient;
  }

  it("changes the embeddings of the batch's words and no other, bit for bit", async () => {
    const { before, after } = await valuesAround(tinyRunConfig({ weightDecay: 0.5 }), 3);
    for (let id = 1; id < 50; id++) {
      const row = (values: Map<string, Float32Array>) =>
        values.get(table)!.subarray(id * width, (id + 1) * width);
      if (inBatch.has(id)) expect(row(after)).not.toEqual(row(before));
      else expect(row(after)).toEqual(row(before));
    }
  });

  it("gives padding's embedding no gradient, not even where a text spells it", async () => {
    tokens.queries.ids[1] = loaded.encoder.tokenizer.padId;
    expect(tokens.queries.mask[1]).toBe(1);
    const config = tinyRunConfig();
    const state = initState(loaded.encoder, loaded.parameters, config);
    const { loss, dense, words } = lossAndGradients(loaded.encoder, state, tokens, config);
    const gradient = await wordGradient(words!);
    expect(gradient.subarray(0, width).every((value) => value === 0)).toBe(true);
    expect(gradient.some((value) => value !== 0)).toBe(true);
    tf.dispose([loss, ...dense.values(), words!.rows]);
    disposeState(state);
  });

  it("decays matrices and nothing else", async () => {
    const config = tinyRunConfig({ learningRate: 0.1, weightDecay: 0 });
    const plain = await valuesAround(config);
    const decayed = await valuesAround({ ...config, weightDecay: 0.5 });
    for (const [name, { rank }] of loaded.parameters) {
      const [initial, without] = [plain.before.get(name)!, plain.after.get(name)!];
      const found = decayed.after.get(name)!;
      for (const [index, value] of found.entries()) {
        const decays = rank === 2 && (name !== table || inBatch.has(Math.floor(index / width)));
        const expected = without[index]! - (decays ? 0.1 * 0.5 * initial[index]! : 0);
        if (decays) expect(value).toBeCloseTo(expected, 5);
        else expect(value).toBe(expected);
      }
    }
  });

  it.each([
    [{ part: "last-layers", layers: 1 }, /^encoder\.layer\.1\./],
    [{ part: "without-words" }, /^(?!embeddings\.word_)/],
    [{ part: "layer-norms" }, /\.LayerNorm\./],
    [{ part: "words" }, /^embeddings\.word_embeddings\./],
    [{ part: "projection" }, /^projection\./],
    [lora, /\.lora_[AB]\.weight$/],
  ] as [TrainedPart, RegExp][])(
    "trains %j and leaves the rest, bit for bit",
    async (trained, named) => {
      const { before, after } = await valuesAround(tinyRunConfig({ trained }), 2);
      const changed = [...after.keys()].filter((name) => named.test(name));
      expect(changed.length).toBeGreaterThan(0);
      for (const [name, values] of after) {
        if (changed.includes(name)) expect(values, name).not.toEqual(before.get(name));
        else expect(values, name).toEqual(before.get(name));
      }
    },
  );

  it.each([
    // A layer has six matrices; queries and passages pass it together. Words and places are sums.
    [{ part: "all" }, 2 * 6, 2],
    [{ part: "without-words" }, 2 * 6, 1],
    [{ part: "last-layers", layers: 1 }, 6, 0],
    [{ part: "layer-norms" }, 0, 0],
    [{ part: "words" }, 0, 1],
    // Its gradient, and the eight embeddings of width 8 that it makes.
    [{ part: "projection" }, 2, 0],
    // Nor is a product of B and A made, which has the shape of a matrix.
    [lora, 0, 0],
  ] as [TrainedPart, number, number][])(
    "computes no gradient of what does not train: %j",
    async (trained, ofMatrices, ofRows) => {
      const config = tinyRunConfig({ trained });
      const state = initState(loaded.encoder, loaded.parameters, config);
      const { kernels } = await tf.profile(() => {
        const { loss, dense, words } = lossAndGradients(loaded.encoder, state, tokens, config);
        tf.dispose([loss, ...dense.values(), ...(words ? [words.rows] : [])]);
      });
      const isMatrix = (shape: number[] | undefined) =>
        shape?.length === 2 && shape.every((size) => size === width || size === 2 * width);
      const products = kernels.filter(({ name }) =>
        ["BatchMatMul", "LinearMapWeightGradient"].includes(name),
      );
      const found = products.filter(({ outputShapes: [shape] }) => isMatrix(shape));
      expect(found).toHaveLength(ofMatrices);
      expect(kernels.filter(({ name }) => name === "SumSegments")).toHaveLength(ofRows);
      disposeState(state);
    },
  );

  it("clips the gradients of all parameters by their common norm", async () => {
    const config = tinyRunConfig({ clipNorm: 1e-3 });
    const state = stepOf(initState(loaded.encoder, loaded.parameters, config), config);
    // After one step, the first moments are a tenth of the clipped gradients.
    let squares = 0;
    for (const { first } of state.moments.values()) {
      for (const value of await first.data<"float32">()) squares += (value / 0.1) ** 2;
    }
    expect(Math.sqrt(squares) / 1e-3).toBeCloseTo(1, 2);
    disposeState(state);
  });

  it("never changes the parameters it started from, and leaves no tensor behind", async () => {
    const initial = await valuesOf(loaded.parameters);
    await expectNoLeak(async () => {
      const config = tinyRunConfig({ learningRate: 0.1 });
      let state = initState(loaded.encoder, loaded.parameters, config);
      state = stepOf(state, config);
      const after = tf.memory().numTensors;
      for (let step = 0; step < 3; step++) state = stepOf(state, config);
      expect(tf.memory().numTensors).toBe(after);
      disposeState(state);
    });
    expect(await valuesOf(loaded.parameters)).toEqual(initial);
  });
});
