/** @file The engine in a browser, without page or worker: what a test asks of it by name. */

import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { openBackend } from "../../src/encoder/backend";
import { embedTokens } from "../../src/encoder/encoder";
import { gatherRows, scatterRows, sumSegments } from "../../src/encoder/kernels/rows";
import { fetchEncoder, readEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { createRandom, integerBelow } from "../../src/random";
import { packCheckpoint, unpackCheckpoint } from "../../src/training/checkpoint";
import { defaultConfig, type RunConfig } from "../../src/training/config";
import { disposeState, initState } from "../../src/training/state";
import { trainStep } from "../../src/training/step";
import type { Reference } from "../encoder/builtIn";
import { tinyEncoder } from "../encoder/tinyEncoder";

const deviceFailures: string[] = [];

const engine = {
  /** What really runs, and a product whose result is known. */
  async open(backend: "webgpu" | "wasm" | "cpu") {
    const folder = "/node_modules/@tensorflow/tfjs-backend-wasm/dist/";
    const report = await openBackend(backend, {
      wasmPaths: folder,
      onDeviceFailure: (message) => deviceFailures.push(message),
    });
    // Small tensors would run on the CPU and prove nothing of the GPU.
    if (backend === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
    const product = tf.tidy(() =>
      tf.matMul(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        tf.tensor2d([
          [5, 6],
          [7, 8],
        ]),
      ),
    );
    return { report, running: tf.getBackend(), product: [...(await product.data())] };
  },

  /** The three row kernels on a table of 7 rows. */
  async rowKernels() {
    const table = tf.tensor2d(
      Array.from({ length: 21 }, (_, index) => index),
      [7, 3],
    );
    const ids = tf.tensor1d([4, 0, 6], "int32");
    const gathered = gatherRows(table, ids);
    const sums = sumSegments(gathered, {
      order: tf.tensor1d([2, 0, 1, 0], "int32"),
      starts: tf.tensor1d([0, 2, 2, 3], "int32"),
    });
    scatterRows(table, ids, tf.neg(gathered));
    return {
      gathered: [...(await gathered.data())],
      sums: [...(await sums.data())],
      scattered: [...(await table.data())],
    };
  },

  /** Largest difference to PyTorch's embeddings, for the built-in encoder. */
  async parity() {
    const files = await fetchEncoder(`${location.origin}/encoder/`, () => undefined);
    const { encoder, parameters } = readEncoder(files);
    const response = await fetch("/encoder/reference.json");
    const { sentences } = (await response.json()) as Reference;
    const ids = sentences.map(({ text }) => encoder.tokenizer.encode(text));
    const embeddings = embedTokens(encoder, parameters, padBatch(ids, encoder.tokenizer));
    const values = await embeddings.data();
    tf.dispose(embeddings);
    disposeParameters(parameters);
    const expected = sentences.flatMap(({ embedding }) => embedding);
    const differences = expected.map((value, index) => Math.abs(value - values[index]!));
    return {
      sentences: sentences.length,
      sameIds: ids.every((list, index) => list.join() === sentences[index]!.ids.join()),
      worst: Math.max(...differences),
    };
  },

  /** The same on batches of three lengths in turn, with a checkpoint after each turn. */
  async trainMixed(turns: number) {
    const { encoder, parameters } = tinyEncoder(3);
    const random = createRandom(5);
    const config = defaultConfig;
    const curve = { losses: [], kinds: [], evaluations: [], alphaMarks: [] };
    const header = { config, curve, sources: { encoder: "", corpus: "" }, backend: "" };
    let state = initState(encoder, parameters, config);
    const held: { tensors: number; gpuBytes: number; words: number }[] = [];
    for (let turn = 0; turn < turns; turn++) {
      for (const length of [3, 14, 30]) {
        const sequence = () => Array.from({ length }, () => 3 + integerBelow(47, random));
        const side = () => padBatch([sequence(), sequence()], encoder.tokenizer);
        const tokens = { queries: side(), passages: side(), items: [0, 1] };
        const result = trainStep(encoder, state, tokens, config, 1e-3);
        state = result.state;
        await result.loss.data();
        result.loss.dispose();
      }
      const bytes = await packCheckpoint({ ...header, step: state.step }, encoder, state);
      const stored = unpackCheckpoint("checkpoint", bytes).tensors;
      const { values } = stored.get(`parameters/${encoder.architecture.wordEmbeddings}`)!;
      held.push({
        tensors: tf.memory().numTensors,
        gpuBytes: allocatedGpuBytes(),
        words: values.reduce((sum, value) => sum + value, 0),
      });
    }
    disposeState(state);
    disposeParameters(parameters);
    return held;
  },

  /** Trains a tiny encoder; losses and what is held after each step. */
  async train(steps: number, changes: Partial<RunConfig>) {
    const { encoder, parameters } = tinyEncoder(3);
    const random = createRandom(5);
    const sequence = () => Array.from({ length: 9 }, () => 3 + integerBelow(47, random));
    const side = () => padBatch(Array.from({ length: 8 }, sequence), encoder.tokenizer);
    const tokens = { queries: side(), passages: side(), items: [0, 1, 2, 3, 4, 5, 6, 7] };
    const config = { ...defaultConfig, ...changes };
    let state = initState(encoder, parameters, config);
    const losses: number[] = [];
    const tensors: number[] = [];
    const gpuBytes: number[] = [];
    for (let step = 0; step < steps; step++) {
      const result = trainStep(encoder, state, tokens, config, 1e-3);
      state = result.state;
      losses.push((await result.loss.data())[0]!);
      result.loss.dispose();
      tensors.push(tf.memory().numTensors);
      gpuBytes.push(allocatedGpuBytes());
    }
    disposeState(state);
    disposeParameters(parameters);
    return { losses, tensors, gpuBytes, deviceFailures };
  },
};

function allocatedGpuBytes(): number {
  if (tf.getBackend() !== "webgpu") return 0;
  return (tf.backend() as WebGPUBackend).bufferManager.numBytesAllocated;
}

declare global {
  var engine: Engine;
}

export type Engine = typeof engine;

globalThis.engine = engine;
