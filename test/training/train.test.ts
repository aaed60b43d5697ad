import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LoadedEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import { evaluate, tokenizeDataset } from "../../src/evaluation/evaluate";
import type { RunConfig } from "../../src/training/config";
import { learningRateAt } from "../../src/training/schedules";
import { disposeState } from "../../src/training/state";
import { NonFiniteLossError, train, type TrainingEvent } from "../../src/training/train";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";
import { tinyEncoder } from "../encoder/tinyEncoder";
import { losses, tinyDataset, tinyRun, tinyRunConfig, valuesOf } from "./tinyTraining";

describe.each(["cpu", "wasm"] as const)("training on %s", (backend) => {
  let loaded: LoadedEncoder;

  beforeAll(() => openNodeBackend(backend));
  beforeEach(() => {
    loaded = tinyEncoder(31);
  });
  afterEach(() => disposeParameters(loaded.parameters));

  /** Losses of a whole run. */
  async function runLosses(config: RunConfig): Promise<number[]> {
    const run = tinyRun(loaded, config);
    try {
      return await losses(run);
    } finally {
      disposeState(run.state);
    }
  }

  it("learns eight pairs by heart", async () => {
    const config = tinyRunConfig({ steps: 100, batchSize: 8, learningRate: 0.01 });
    const run = tinyRun(loaded, config);
    const set = tokenizeDataset(loaded.encoder, tinyDataset);
    const before = await evaluate(loaded.encoder, run.state.parameters, set);
    expect(before.scores.multi.map).toBeLessThan(0.8);

    const found = await losses(run);
    expect(found).toHaveLength(100);
    expect(found[0]).toBeGreaterThan(1);
    expect(Math.max(...found.slice(-10))).toBeLessThan(0.05);
    const { scores } = await evaluate(loaded.encoder, run.state.parameters, set);
    expect([scores.mono.map, scores.cross.map, scores.multi.map]).toEqual([1, 1, 1]);
    expect(scores.bias.rankDistance).toBe(1); // the least with two relevant passages
    disposeState(run.state);
  });

  it("gives the same losses for the same seed, bit for bit, and others for another", async () => {
    const config = tinyRunConfig({ learningRate: 0.03, seed: 5 });
    const first = await runLosses(config);
    expect(first).toHaveLength(10);
    expect(await runLosses(config)).toEqual(first);
    expect(await runLosses({ ...config, seed: 6 })).not.toEqual(first);
  });

  it("leaks no tensor in 50 steps, and never changes the initial parameters", async () => {
    const initial = await valuesOf(loaded.parameters);
    await expectNoLeak(async () => {
      const run = tinyRun(loaded, tinyRunConfig({ steps: 50 }));
      const counts: number[] = [];
      for await (const { step } of train(run, { alpha: () => 0.5, readsLoss: () => true })) {
        if (step >= 3) counts.push(tf.memory().numTensors);
      }
      expect(counts).toHaveLength(48);
      expect(new Set(counts).size).toBe(1);
      disposeState(run.state);
    });
    expect(await valuesOf(loaded.parameters)).toEqual(initial);
  });

  it("reads losses together where it need not read each, and gives the same ones", async () => {
    const config = tinyRunConfig({ steps: 6 });
    const each = await runLosses(config);
    await expectNoLeak(async () => {
      const run = tinyRun(loaded, config);
      const events: TrainingEvent[] = [];
      const options = { alpha: () => config.alpha, readsLoss: (step: number) => step === 4 };
      for await (const event of train(run, options)) events.push(event);
      expect(events.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(events.map((event) => event.losses?.firstStep)).toEqual([
        undefined,
        undefined,
        undefined,
        1,
        undefined,
        5, // the last step's loss is always read
      ]);
      expect(events.flatMap((event) => [...(event.losses?.values ?? [])])).toEqual(each);
      for (const { step, learningRate } of events) {
        expect(learningRate).toBe(learningRateAt(step, config));
      }
      disposeState(run.state);
    });
  });

  it("gives unread losses back when it is stopped", () =>
    expectNoLeak(async () => {
      const run = tinyRun(loaded, tinyRunConfig());
      const steps = train(run, { alpha: () => 0.5, readsLoss: () => false });
      await steps.next();
      await steps.next();
      await steps.return();
      expect(run.state.step).toBe(2);
      disposeState(run.state);
    }));

  it("takes the moved α from the next batch on", async () => {
    const run = tinyRun(loaded, tinyRunConfig());
    let alpha = 1;
    const kinds: string[] = [];
    for await (const { step, batch } of train(run, {
      alpha: () => alpha,
      readsLoss: () => false,
    })) {
      kinds.push(batch.kind);
      if (step === 5) alpha = 0;
    }
    const [monolingual, crossLingual] = ["monolingual", "cross-lingual"];
    expect(kinds).toEqual(kinds.map((_, index) => (index < 5 ? monolingual : crossLingual)));
    disposeState(run.state);
  });

  it("names step and learning rate of a loss that is not finite, and leaks nothing", () =>
    expectNoLeak(async () => {
      const config = tinyRunConfig({ learningRate: 1e30, warmupSteps: 0, decay: "constant" });
      const run = tinyRun(loaded, config);
      const failure: unknown = await losses(run).catch((error: unknown) => error);
      disposeState(run.state);
      expect(failure).toBeInstanceOf(NonFiniteLossError);
      const { step, learningRate, loss, message } = failure as NonFiniteLossError;
      expect(step).toBe(run.state.step);
      expect(step).toBeGreaterThan(1);
      expect(learningRate).toBe(1e30);
      expect(Number.isFinite(loss)).toBe(false);
      expect(message).toContain(
        `The loss of step ${step} is ${loss}, at a learning rate of 1.00e+30`,
      );
    }));

  it("refuses a batch that is larger than the data, before a step", async () => {
    await expectNoLeak(async () => {
      const run = tinyRun(loaded, tinyRunConfig({ batchSize: 9 }));
      await expect(losses(run)).rejects.toThrow(/batch size 9: .* 8/);
      expect(run.state.step).toBe(0);
      disposeState(run.state);
    });
  });
});
