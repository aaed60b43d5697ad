import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import {
  fromRecord,
  toRecord,
  type KeptRun,
  type RunRecord,
} from "../../../src/ui/state/keptRecords";
import { keptRun } from "./keptRun";

const kept = keptRun(1);
const record = toRecord(kept);

/** As it comes out of a store that knows JSON only. */
const stored = (changes: object): unknown => JSON.parse(JSON.stringify({ ...record, ...changes }));

describe("a kept run", () => {
  it("is the same after a reload, but for what only a live run has", () => {
    const restored = fromRecord(stored({}));
    expect(restored).toEqual({
      ...kept,
      run: {
        ...kept.run,
        runId: 0,
        batch: undefined,
        savedStep: undefined,
        learningRate: undefined,
        secondsPerStep: undefined,
      },
    });
  });

  it("is read where it was kept before a batch could be in chunks", () => {
    const { chunkSize, ...config } = record.config;
    expect(chunkSize).toBe(0);
    expect(fromRecord(stored({ config })).run.config).toEqual(config);
  });

  it("has stopped, wherever it stood when it was stored", () => {
    const running: KeptRun = { ...kept, run: { ...kept.run, state: "running" } };
    expect(fromRecord(toRecord(running)).run.state).toBe("stopped");
  });

  it("leaves out losses that are no numbers", () => {
    const losses = kept.run.losses.map((loss, index) => (index === 0 ? NaN : loss));
    const restored = fromRecord(toRecord({ ...kept, run: { ...kept.run, losses } }));
    expect(restored.run.lossSteps[0]).toBe(2);
    expect(restored.run.losses).toHaveLength(losses.length - 1);
  });

  it.each<[string, Partial<Record<keyof RunRecord, unknown>>]>([
    ["version", { version: 2 }],
    ["id", { id: 7 }],
    ["keptAt", { keptAt: "today" }],
    ["config", { config: { ...defaultConfig, sampler: "x-z" } }],
    ["config", { config: { ...defaultConfig, batchSize: "32" } }],
    ["config", { config: { ...defaultConfig, chunkSize: 1.5 } }],
    ["config", { config: { ...defaultConfig, trained: null } }],
    ["config", { config: { ...defaultConfig, languages: ["en"] } }],
    ["state", { state: "running" }],
    ["step", { step: -1 }],
    ["curve", { curve: [{ step: 1, loss: 2, kind: "toString" }] }],
    ["curve", { curve: [{ step: 1, loss: null, kind: "monolingual" }] }],
    ["evaluations", { evaluations: [] }],
    ["evaluations", { evaluations: [{ step: 0, scores: { mono: {} } }] }],
    ["alphaMarks", { alphaMarks: [{ step: 1 }] }],
    ["languages", { config: { ...defaultConfig, languages: ["ar", "en"] } }],
  ])("is not read where its %s is foreign: %o", (field, changes) => {
    expect(() => fromRecord(stored(changes))).toThrow(field);
  });

  it.each([null, undefined, "run", 3, []])("is not read from %o", (value) => {
    expect(() => fromRecord(value)).toThrow("no object");
  });
});
