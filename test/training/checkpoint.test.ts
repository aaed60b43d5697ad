import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LoadedEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import {
  type CheckpointHeader,
  openCheckpoint,
  packCheckpoint,
  restoreState,
  unpackCheckpoint,
} from "../../src/training/checkpoint";
import type { RunConfig } from "../../src/training/config";
import { seal } from "../../src/training/seal";
import { disposeState, type TrainingState } from "../../src/training/state";
import type { TrainingRun } from "../../src/training/train";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";
import { tinyEncoder } from "../encoder/tinyEncoder";
import { losses, tinyPairs, tinyRun, tinyRunConfig, valuesOf } from "./tinyTraining";

function headerOf({ config, state }: TrainingRun, found: number[] = []): CheckpointHeader {
  return {
    config,
    step: state.step,
    curve: { losses: found, kinds: [], evaluations: [], alphaMarks: [{ step: 2, alpha: 0.25 }] },
    sources: { encoder: "e", corpus: "c" },
    backend: tf.getBackend(),
  };
}

/** Every number of a state, as bits. */
async function bitsOf({ parameters, moments }: TrainingState): Promise<Map<string, number[]>> {
  const first = [...moments].map(([name, pair]) => [`first/${name}`, pair.first] as const);
  const second = [...moments].map(([name, pair]) => [`second/${name}`, pair.second] as const);
  const values = await valuesOf(new Map([...parameters, ...first, ...second]));
  return new Map([...values].map(([name, list]) => [name, [...new Int32Array(list.buffer)]]));
}

describe.each(["cpu", "wasm"] as const)("a checkpoint on %s", (backend) => {
  let loaded: LoadedEncoder;

  beforeAll(() => openNodeBackend(backend));
  beforeEach(() => {
    loaded = tinyEncoder(31);
  });
  afterEach(() => disposeParameters(loaded.parameters));

  async function packed(run: TrainingRun, found?: number[]): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await packCheckpoint(headerOf(run, found), loaded.encoder, run.state);
    await seal(bytes);
    return bytes;
  }

  it.each<Partial<RunConfig>>([
    { trained: { part: "all" } },
    { trained: { part: "all" }, chunkSize: 3 },
    { trained: { part: "without-words" } },
    { trained: { part: "last-layers", layers: 1 } },
    { trained: { part: "layer-norms" } },
    { trained: { part: "words" }, chunkSize: 3 },
    { trained: { part: "projection" } },
  ])("lets a run of %j go on as if it had not stopped, bit for bit", async (changes) => {
    const config = tinyRunConfig({ learningRate: 0.03, steps: 6, ...changes });
    const whole = tinyRun(loaded, config);
    const expected = await losses(whole);
    const expectedBits = await bitsOf(whole.state);
    disposeState(whole.state);

    await expectNoLeak(async () => {
      const first = tinyRun(loaded, config);
      const before = await losses(first, 3);
      const bytes = await packed(first, before);
      disposeState(first.state);

      // Nothing of before but bytes.
      const again = tinyEncoder(31);
      const checkpoint = await openCheckpoint("test", bytes);
      const { header } = checkpoint;
      const state = restoreState(again.encoder, again.parameters, checkpoint);
      const rest = { encoder: again.encoder, data: tinyPairs, config: header.config, state };
      expect([...header.curve.losses, ...(await losses(rest))]).toEqual(expected);
      expect(await bitsOf(rest.state)).toEqual(expectedBits);
      disposeState(rest.state);
      disposeParameters(again.parameters);
    });
  });

  it("holds what it was given, and a second one what has become of it", async () => {
    const run = tinyRun(loaded, tinyRunConfig({ learningRate: 0.03, steps: 4 }));
    const table = "parameters/embeddings.word_embeddings.weight";
    await losses(run, 2);
    const first = await packed(run);
    const at = async (bytes: Uint8Array<ArrayBuffer>) =>
      (await openCheckpoint("test", bytes)).tensors.get(table)!.values;
    const early = await at(first);
    await losses(run, 4);
    const second = await openCheckpoint("test", await packed(run));
    expect(second.header.step).toBe(4);
    expect(second.header.curve.alphaMarks).toEqual([{ step: 2, alpha: 0.25 }]);
    expect(second.tensors.get(table)!.values).not.toEqual(early);
    expect(await at(first)).toEqual(early);
    disposeState(run.state);
  });

  it("keeps the sign of a zero", async () => {
    const run = tinyRun(loaded, tinyRunConfig());
    const name = "encoder.layer.0.output.dense.bias";
    const parameters = new Map(run.state.parameters);
    parameters.get(name)!.dispose();
    parameters.set(name, tf.tensor1d([-0, 0, -0, 1, -1, 0, 0, -0]));
    run.state = { ...run.state, parameters };
    const state = restoreState(
      loaded.encoder,
      loaded.parameters,
      unpackCheckpoint("test", await packed(run)),
    );
    expect(await bitsOf(state)).toEqual(await bitsOf(run.state));
    disposeState(state);
    disposeState(run.state);
  });

  it("is refused where a byte is missing or has changed, wherever it is", async () => {
    const run = tinyRun(loaded, tinyRunConfig({ trained: { part: "projection" } }));
    const bytes = await packed(run);
    disposeState(run.state);
    for (const position of [0, 31, 32, 40, 500, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[position]! ^= 1;
      await expect(openCheckpoint("step 3", changed)).rejects.toThrow("step 3: damaged");
    }
    for (const length of [0, 31, 32, 100, bytes.length - 1]) {
      await expect(openCheckpoint("step 3", bytes.slice(0, length))).rejects.toThrow("damaged");
    }
  });

  it("is not made of numbers that are not finite", async () => {
    const run = tinyRun(loaded, tinyRunConfig({ trained: { part: "projection" } }));
    const parameters = new Map(run.state.parameters);
    parameters.get("projection.weight")!.dispose();
    parameters.set("projection.weight", tf.fill([8, 8], NaN));
    run.state = { ...run.state, parameters };
    await expect(packed(run)).rejects.toThrow(/parameters\/projection.weight: value NaN at 0/);
    disposeState(run.state);
  });

  it("is refused by an encoder of other shapes, and by a later version, leaving nothing", async () => {
    const run = tinyRun(loaded, tinyRunConfig({ trained: { part: "projection" } }));
    const checkpoint = unpackCheckpoint("test", await packed(run));
    const wrong = new Map(checkpoint.tensors);
    wrong.set("first/projection.weight", { shape: [2, 2], values: new Float32Array(4) });
    await expectNoLeak(() => {
      expect(() =>
        restoreState(loaded.encoder, loaded.parameters, { ...checkpoint, tensors: wrong }),
      ).toThrow("first/projection.weight has shape [2, 2], the encoder needs [8, 8]");
      wrong.delete("parameters/projection.weight");
      expect(() =>
        restoreState(loaded.encoder, loaded.parameters, { ...checkpoint, tensors: wrong }),
      ).toThrow("parameters/projection.weight is missing");
    });
    const later = { ...headerOf(run), version: 2 } as CheckpointHeader;
    const bytes = await packCheckpoint(later, loaded.encoder, run.state);
    expect(() => unpackCheckpoint("test", bytes)).toThrow("version 2; this page reads version 1");
    disposeState(run.state);
  });
});
