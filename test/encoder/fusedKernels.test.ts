import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { AdamW, adamWNumbers, plainAdamWNumbers } from "../../src/encoder/kernels/adamW";
import { AddLayerNorm, addLayerNorm } from "../../src/encoder/kernels/addLayerNorm";
import { attend, Attention } from "../../src/encoder/kernels/attention";
import { Gelu } from "../../src/encoder/kernels/gelu";
import { LinearMaps, linearMaps } from "../../src/encoder/kernels/linear";
import { hasKernel } from "../../src/encoder/kernels/register";
import { plainSumSquares, SumSquares, sumSquares } from "../../src/encoder/kernels/sumSquares";
import { createRandom } from "../../src/random";
import { openNodeBackend } from "./builtIn";
import {
  differences,
  fusedCases,
  gradientKernels,
  gradientKernelsIn,
  kernelsOfGradients,
} from "./fusedCases";
import { expectCleanFailure, expectNoLeak } from "./memory";
import { randomTensor } from "./randomTensors";

describe("fused kernels on wasm", () => {
  beforeAll(() => openNodeBackend("wasm"));

  it.each([LinearMaps, Gelu, AddLayerNorm, Attention, AdamW, SumSquares])("%s is there", (name) =>
    expect(hasKernel(name)).toBe(true),
  );

  it.each(fusedCases)("$name, in value and gradients", (fusedCase) =>
    expectNoLeak(async () => {
      for (const { of, worst } of await differences(fusedCase)) {
        expect(worst, of).toBeLessThan(2e-5);
      }
    }),
  );

  it.each(Object.entries(gradientKernels))("%s: what is frozen costs nothing", (name, expected) =>
    expectNoLeak(async () => {
      const fusedCase = fusedCases.find((each) => each.name === name)!;
      const found = await kernelsOfGradients(fusedCase);
      expect(found.map(gradientKernelsIn)).toEqual(expected);
    }),
  );

  it("refuse tensors that do not fit, before any memory is read", async () => {
    const zeros = (rows: number, width: number) => tf.zeros<tf.Rank.R2>([rows, width]);
    const vector = (size: number) => tf.zeros<tf.Rank.R1>([size]);
    await expectCleanFailure(
      () => tf.tidy(() => linearMaps(zeros(2, 3), [{ weight: zeros(4, 2), bias: vector(4) }])),
      "a linear map of [2, 3] by [4, 2] and [4]",
    );
    await expectCleanFailure(
      () =>
        tf.tidy(() => {
          const options = { weight: vector(3), bias: vector(3), epsilon: 1e-5 };
          return addLayerNorm(zeros(4, 3), zeros(3, 3), options);
        }),
      "a layer norm of [4, 3] and [3, 3], [3], [3]",
    );
    await expectCleanFailure(
      () =>
        tf.tidy(() => {
          const bias = tf.zeros<tf.Rank.R4>([2, 1, 1, 3]);
          return attend(zeros(6, 8), { heads: 2, batches: [{ rows: 2, length: 3, bias }] });
        }),
      "attention over 2 times 3 tokens by 2 heads, of [6, 8] with a bias of [2, 1, 1, 3]",
    );
  });

  it("sums of squares", () =>
    expectNoLeak(async () => {
      const random = createRandom(10);
      const tensors = [[3, 5], [8], [1], [40, 4]].map((shape) => randomTensor(shape, random));
      const [found, expected] = [sumSquares(tensors), plainSumSquares(tensors)];
      expect((await found.data())[0]).toBeCloseTo((await expected.data())[0]!, 4);
      tf.dispose([tensors, found, expected]);
    }));

  it("AdamW's numbers", () =>
    expectNoLeak(async () => {
      const random = createRandom(9);
      const tensor = () => randomTensor([5, 3], random);
      const inputs = { parameter: tensor(), gradient: tensor(), first: tensor(), second: tensor() };
      const factor = tf.scalar(0.3);
      const squared = { ...inputs, second: tf.square(inputs.second), factor };
      const factors = {
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        stepSize: 0.01,
        scale: 1.5,
        decay: 0.99,
      };
      const [found, expected] = [
        adamWNumbers(squared, factors),
        plainAdamWNumbers(squared, factors),
      ];
      for (const name of ["parameter", "first", "second"] as const) {
        const values = await expected[name].data();
        for (const [index, value] of (await found[name].data()).entries()) {
          expect(value).toBeCloseTo(values[index]!, 6);
        }
      }
      tf.dispose([inputs, squared, found, expected]);
    }));
});
