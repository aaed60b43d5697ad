import { describe, expect, it } from "vitest";
import { defaultConfig, defaultLora, type RunConfig } from "../../../src/training/config";
import {
  backendFromSearch,
  configFromHash,
  fileUrl,
  fitted,
  hashFromConfig,
} from "../../../src/ui/state/settings";

const read = (hash: string): RunConfig => configFromHash(hash, defaultConfig);

describe("settings in the address", () => {
  it("comes back from a link as it went in", () => {
    const config: RunConfig = {
      languages: ["ar", "th", "zh"],
      sampler: "x-y",
      alpha: 0.35,
      batchSize: 48,
      chunkSize: 12,
      seed: 4_000_000_000,
      steps: 321,
      learningRate: 7e-5,
      warmupSteps: 9,
      decay: "cosine",
      weightDecay: 0.02,
      clipNorm: 2,
      temperature: 0.03,
      symmetric: false,
      trained: { part: "last-layers", layers: 2 },
      evaluateEvery: 7,
    };
    expect(read(hashFromConfig(config))).toEqual(config);
    expect(read(hashFromConfig(defaultConfig))).toEqual(defaultConfig);
    const lora: RunConfig = { ...config, trained: { ...defaultLora, targets: ["key", "output"] } };
    expect(read(hashFromConfig(lora))).toEqual(lora);
  });

  it("keeps the defaults without a hash", () => {
    expect(read("")).toEqual(defaultConfig);
  });

  it("ignores unknown keys, words and languages", () => {
    expect(read("#colour=red&sampler=best&decay=&trains=last0&lr=fast&langs=xx,en")).toEqual(
      defaultConfig,
    );
    expect(read("#langs=xx,zh,en").languages).toEqual(["en", "zh"]);
  });

  it.each([
    ["#alpha=7", { alpha: 1 }],
    ["#alpha=-1", { alpha: 0 }],
    ["#batch=0", { batchSize: 2 }],
    ["#batch=33.4", { batchSize: 33 }],
    ["#chunk=-4", { chunkSize: 0 }],
    ["#chunk=1000", { chunkSize: 512 }],
    ["#lr=5", { learningRate: 0.1 }],
    ["#seed=-3", { seed: 0 }],
    ["#steps=Infinity", { steps: 100_000 }],
    ["#temp=0", { temperature: 0.005 }],
  ])("clamps %s", (hash, part) => {
    expect(read(hash)).toEqual({ ...defaultConfig, ...part });
  });

  it.each([
    ["?backend=webgpu", "webgpu"],
    ["?x=1&backend=cpu", "cpu"],
    ["?backend=quantum", "auto"],
    ["", "auto"],
  ])("reads the backend of %j", (search, backend) => {
    expect(backendFromSearch(search)).toBe(backend);
  });

  it("finds files beside the page", () => {
    expect(fileUrl("encoder/", "https://example.org/lab/index.html?a#b")).toBe(
      "https://example.org/lab/encoder/",
    );
  });

  it("fits a configuration to what was loaded", () => {
    const config: RunConfig = { ...defaultConfig, trained: { part: "last-layers", layers: 6 } };
    const loaded = fitted(config, ["zh", "en", "xx"], 2);
    expect(loaded.trained).toEqual({ part: "last-layers", layers: 2 });
    expect(loaded.languages).toEqual(["zh", "en"]);
    expect(fitted({ ...config, languages: ["ar", "zh"] }, ["zh", "en"], 2).languages).toEqual([
      "zh",
      "en",
    ]);
  });
});
