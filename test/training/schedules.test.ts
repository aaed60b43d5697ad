import { describe, expect, it } from "vitest";
import { decays } from "../../src/training/config";
import { learningRateAt } from "../../src/training/schedules";

const base = { learningRate: 0.8, warmupSteps: 4, steps: 12 };

function curve(config: Parameters<typeof learningRateAt>[1]): number[] {
  return Array.from({ length: config.steps }, (_, index) => learningRateAt(index + 1, config));
}

function expectClose(found: number[], expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 12);
}

describe("learningRateAt", () => {
  it("rises over the warm-up and falls in a line that would meet 0 after the last step", () => {
    const expected = [0.2, 0.4, 0.6, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
    expectClose(curve({ ...base, decay: "linear" }), expected);
    expect(learningRateAt(13, { ...base, decay: "linear" })).toBe(0);
  });

  it("falls as half a cosine", () => {
    const rates = curve({ ...base, decay: "cosine" });
    expectClose(rates.slice(3, 5), [0.8, 0.8]);
    expect(rates[8]).toBeCloseTo(0.4, 12); // half-way
    expect(rates[6]! + rates[10]!).toBeCloseTo(0.8, 12); // the same far from half-way
    expect(learningRateAt(13, { ...base, decay: "cosine" })).toBeCloseTo(0, 12);
  });

  it("stays", () => {
    expectClose(
      curve({ ...base, decay: "constant" }).slice(3),
      Array.from({ length: 9 }, () => 0.8),
    );
  });

  it.each(decays)("%s: is above 0 and never above the peak, whatever the warm-up", (decay) => {
    for (const warmupSteps of [0, 1, 5, 11, 12, 20]) {
      const rates = curve({ ...base, warmupSteps, decay });
      expect(rates.every((rate) => rate > 0 && rate < 0.8 + 1e-12)).toBe(true);
    }
  });

  it("starts at the peak without a warm-up", () => {
    for (const decay of decays) {
      expect(learningRateAt(1, { ...base, warmupSteps: 0, decay })).toBe(0.8);
    }
  });

  it("is never below 0 past the end", () => {
    for (const decay of decays) {
      expect(learningRateAt(500, { ...base, decay })).toBeGreaterThanOrEqual(0);
    }
  });
});
