import { describe, expect, it } from "vitest";
import { batchSamplers } from "../../src/sampling";
import { builtInLanguages, decays, defaultConfig, samplers } from "../../src/training/config";

describe("defaultConfig", () => {
  it("is plain data, which a link or a file can carry", () => {
    expect(JSON.parse(JSON.stringify(defaultConfig))).toEqual(defaultConfig);
  });

  it("asks for what is there", () => {
    expect(samplers).toContain(defaultConfig.sampler);
    expect(decays).toContain(defaultConfig.decay);
    expect(defaultConfig.languages.every((language) => builtInLanguages.includes(language))).toBe(
      true,
    );
    expect(new Set(builtInLanguages).size).toBe(builtInLanguages.length);
  });

  it("has sizes that a run can be made of", () => {
    const { steps, warmupSteps, batchSize, evaluateEvery } = defaultConfig;
    for (const count of [steps, batchSize, evaluateEvery]) {
      expect(Number.isInteger(count) && count > 0, `${count}`).toBe(true);
    }
    expect(warmupSteps).toBeLessThan(steps);
    expect(evaluateEvery).toBeLessThanOrEqual(steps);
    const { alpha, learningRate, temperature, clipNorm, weightDecay } = defaultConfig;
    expect(alpha >= 0 && alpha <= 1).toBe(true);
    expect(Math.min(learningRate, temperature, clipNorm)).toBeGreaterThan(0);
    expect(weightDecay).toBeGreaterThanOrEqual(0);
  });
});

describe("samplers", () => {
  it("are the ones that are registered, no more and no fewer", () => {
    expect(samplers.toSorted()).toEqual(Object.keys(batchSamplers).sort());
  });
});
