import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LoadedEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { createRandom, integerBelow } from "../../src/random";
import type { RunConfig, TrainedPart } from "../../src/training/config";
import { cachedLossAndGradients, chunksOf, isChunked } from "../../src/training/gradientCaching";
import { disposeState, initState } from "../../src/training/state";
import {
  lossAndGradients,
  trainStep,
  type LossAndGradients,
  type TrainingTokens,
} from "../../src/training/step";
import { openNodeBackend } from "../encoder/builtIn";
import { expectCleanFailure, expectNoLeak } from "../encoder/memory";
import { tinyEncoder } from "../encoder/tinyEncoder";
import { losses, tinyRun, tinyRunConfig, valuesOf } from "./tinyTraining";

/** Two rows of one item are among them, which must not be negatives of each other. */
const items = [0, 1, 2, 3, 4, 1, 6];
const lengths = { queries: [3, 9, 4, 17, 8, 5, 30], passages: [26, 3, 12, 7, 32, 19, 4] };

/** Texts of the given lengths, of ids that repeat within and between them. */
function mixedTokens({ encoder }: LoadedEncoder, pairs = items.length): TrainingTokens {
  const random = createRandom(41);
  const side = (which: keyof typeof lengths) =>
    padBatch(
      Array.from({ length: pairs }, (_, row) =>
        Array.from(
          { length: lengths[which][row % items.length]! },
          () => 1 + integerBelow(49, random),
        ),
      ),
      encoder.tokenizer,
    );
  const itemOf = (row: number) => items[row % items.length]! + 10 * Math.floor(row / items.length);
  return {
    queries: side("queries"),
    passages: side("passages"),
    items: Array.from({ length: pairs }, (_, row) => itemOf(row)),
  };
}

/** Values of loss and gradients, by name; the tensors are disposed. */
async function read({ loss, dense, words }: LossAndGradients): Promise<Map<string, Float32Array>> {
  const tensors = new Map<string, tf.Tensor>([["loss", loss], ...dense]);
  if (words) tensors.set("words", words.rows);
  const values = await valuesOf(tensors);
  tf.dispose([...tensors.values()]);
  return values;
}

describe.each(["cpu", "wasm"] as const)("gradient caching on %s", (backend) => {
  let loaded: LoadedEncoder;

  beforeAll(() => openNodeBackend(backend));
  beforeEach(() => {
    loaded = tinyEncoder(21);
  });
  afterEach(() => disposeParameters(loaded.parameters));

  /** Loss and gradients of one batch at once, and in chunks of each of `sizes`. */
  async function compared(
    config: RunConfig,
    sizes: readonly number[],
  ): Promise<{ plain: Map<string, Float32Array>; cached: Map<string, Float32Array>[] }> {
    const { encoder, parameters } = loaded;
    const tokens = mixedTokens(loaded);
    const state = initState(encoder, parameters, config);
    const plain = await read(lossAndGradients(encoder, state, tokens, config));
    const cached: (typeof plain)[] = [];
    for (const chunkSize of sizes) {
      const found = cachedLossAndGradients(encoder, state, tokens, { ...config, chunkSize });
      cached.push(await read(found));
    }
    disposeState(state);
    return { plain, cached };
  }

  const parts: TrainedPart[] = [
    { part: "all" },
    { part: "last-layers", layers: 1 },
    { part: "projection" },
    { part: "lora", rank: 2, alpha: 4, targets: ["key", "output"] },
  ];
  it.each(parts)("gives loss and gradients of the whole batch: $part", async (trained) => {
    const sizes = [1, 2, 3, 5, 7, 13]; // 7 pairs: some sizes divide them, some do not
    const config = tinyRunConfig({ trained, temperature: 0.2 });
    await expectNoLeak(async () => {
      const { plain, cached } = await compared(config, sizes);
      expect(Math.max(...[...plain.values()].map((values) => Math.max(...values)))).toBeGreaterThan(
        0.1,
      );
      for (const [index, found] of cached.entries()) {
        expect([...found.keys()]).toEqual([...plain.keys()]);
        for (const [name, values] of plain) {
          const differences = values.map((value, at) => Math.abs(value - found.get(name)![at]!));
          expect(Math.max(...differences), `${name}, chunks of ${sizes[index]}`).toBeLessThan(1e-5);
        }
      }
    });
  });

  it("gives the same bits again", async () => {
    const config = tinyRunConfig();
    const { cached } = await compared(config, [3, 3]);
    expect(cached[1]).toEqual(cached[0]);
  });

  it("trains as whole batches do, and twice alike", async () => {
    const runLosses = async (chunkSize: number): Promise<number[]> => {
      const run = tinyRun(loaded, tinyRunConfig({ chunkSize, learningRate: 0.03, batchSize: 8 }));
      try {
        return await losses(run);
      } finally {
        disposeState(run.state);
      }
    };
    const [plain, cached] = [await runLosses(0), await runLosses(3)];
    expect(await runLosses(3)).toEqual(cached);
    expect(cached).not.toEqual(plain); // else it was not done in chunks
    for (const [step, loss] of plain.entries()) expect(cached[step]).toBeCloseTo(loss, 3);
  });

  /** Bytes at the peak of a step, above what the state holds. */
  async function peakBytes(pairs: number, chunkSize: number): Promise<number> {
    const { encoder, parameters } = loaded;
    const config = tinyRunConfig({ chunkSize });
    const tokens = mixedTokens(loaded, pairs);
    const state = initState(encoder, parameters, config);
    const held = tf.memory().numBytes;
    const { peakBytes: peak } = await tf.profile(() => {
      const stepped = trainStep(encoder, state, tokens, config, 1e-3);
      stepped.loss.dispose();
      disposeState(stepped.state);
    });
    return peak - held;
  }

  it("holds the activations of one chunk, however many there are", async () => {
    const inChunks = await peakBytes(7, 7); // two chunks
    for (const pairs of [14, 28, 56]) {
      const peak = await peakBytes(pairs, 7);
      const embeddings = 4 * 2 * pairs * 8; // 2 texts a pair, width 8
      expect(peak - inChunks, `${pairs} pairs`).toBeLessThan(embeddings);
      expect(await peakBytes(pairs, 0), `${pairs} pairs`).toBeGreaterThan((pairs / 7) * inChunks);
    }
  });

  it.each([-1, 2.5, NaN])("refuses chunks of %s texts", async (chunkSize) => {
    const { encoder, parameters } = loaded;
    const state = initState(encoder, parameters, tinyRunConfig());
    const step = () =>
      trainStep(encoder, state, mixedTokens(loaded), tinyRunConfig({ chunkSize }), 1e-3);
    await expectCleanFailure(step, `chunk size ${chunkSize}: give a whole number of texts`);
    disposeState(state);
  });
});

describe("chunks", () => {
  it("are made where a batch has more texts than a pass", () => {
    const of = (chunkSize?: number) => isChunked({ ...(chunkSize && { chunkSize }) }, { items });
    expect([of(), of(0), of(1), of(7), of(13), of(14), of(99)]).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("hold all rows in order, each padded to its own bucket", () => {
    const tokenizer = { padId: 0, maximumLength: 32, encode: () => [] };
    const sequences = [[5], [6, 7], Array.from({ length: 20 }, () => 9), [0, 8], [4]];
    const chunks = chunksOf(padBatch(sequences, tokenizer), 2, tokenizer);
    expect(chunks).toEqual([
      padBatch(sequences.slice(0, 2), tokenizer),
      padBatch(sequences.slice(2, 4), tokenizer),
      padBatch(sequences.slice(4), tokenizer),
    ]);
    expect(chunks.map(({ rows, length }) => [rows, length])).toEqual([
      [2, 8],
      [2, 24],
      [1, 8],
    ]);
  });
});
