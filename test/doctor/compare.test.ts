import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { smallSizes } from "../../src/doctor/checks";
import { defineCheck, type Sample } from "../../src/doctor/checks/check";
import { difference, runCheck } from "../../src/doctor/compare";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";

const sample = (values: number[], shape = [values.length]): Sample => ({
  shape,
  values: Float32Array.from(values),
});

describe("difference", () => {
  it("is the largest one, absolute and as a share of the largest number", () => {
    const expected = [sample([1, -8]), sample([4, 0])];
    const found = [sample([1.5, -8]), sample([4, 1])];
    expect(difference(found, expected)).toEqual({ absolute: 1, relative: 0.25 });
  });

  it("measures a tensor of next to nothing by a tenth of the largest", () => {
    const expected = [sample([10]), sample([0])];
    expect(difference([sample([10]), sample([0.5])], expected).relative).toBe(0.5);
  });

  it("is not a number where a result is none", () => {
    const { absolute, relative } = difference([sample([NaN, 1])], [sample([1, 1])]);
    expect([absolute, relative]).toEqual([NaN, NaN]);
    const late = difference([sample([1, 1]), sample([NaN])], [sample([1, 1]), sample([1])]);
    expect(late.relative).toBeNaN();
  });

  it("refuses another shape, and a missing result", () => {
    const expected = [sample([1, 2], [1, 2])];
    expect(() => difference([sample([1, 2], [2, 1])], expected)).toThrow(/shape \[2, 1\]/);
    expect(() => difference([], expected)).toThrow(RangeError);
  });
});

describe("a check", () => {
  const options = { backend: "wasm", sizes: smallSizes, seed: 1 } as const;

  beforeAll(async () => {
    await openNodeBackend("cpu");
    await openNodeBackend("wasm");
  });

  /** A check of a function of a vector that may know which backend runs. */
  const checkOf = (compute: (x: tf.Tensor1D) => tf.Tensor) =>
    defineCheck({
      name: "invented",
      inputs: (draw) => ({ x: draw.vector(5) }),
      compute: ({ x }) => compute(x),
      gradientBy: ["x"],
    });
  const onWasm = () => tf.getBackend() === "wasm";

  it("tells a wrong gradient from a wrong value", async () => {
    const doubled = tf.customGrad((x) => ({
      value: tf.add(x as tf.Tensor, 0),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2),
    }));
    const finding = await runCheck(
      checkOf((x) => (onWasm() ? doubled(x) : tf.add(x, 0))),
      options,
    );
    expect(finding).toMatchObject({ passed: false, problem: "another gradient" });
    expect(finding.value).toEqual({ absolute: 0, relative: 0 });
    expect(finding.gradient!.relative).toBeCloseTo(1, 5);
  });

  it("fails for a result that is not a number", async () => {
    const finding = await runCheck(
      checkOf((x) => tf.mul(x, onWasm() ? NaN : 1)),
      options,
    );
    expect(finding).toMatchObject({ passed: false, problem: "another value" });
  });

  it("fails for other bits the second time", async () => {
    let calls = 0;
    const finding = await runCheck(
      checkOf((x) => tf.mul(x, onWasm() ? 1 + 1e-6 * calls++ : 1)),
      options,
    );
    expect(finding.passed).toBe(false);
    expect(finding.problem).toMatch(/other bits the second time/);
  });

  it("says what was thrown, leaves nothing and goes back to its backend", async () => {
    const finding = await expectNoLeak(() =>
      runCheck(
        checkOf((x) => {
          if (onWasm()) throw new Error("no such program");
          return tf.add(x, 0);
        }),
        options,
      ),
    );
    expect(finding).toMatchObject({ passed: false, problem: "no such program" });
    expect(finding.value).toBeUndefined();
    expect(tf.getBackend()).toBe("wasm");
  });
});
