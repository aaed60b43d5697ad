import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { AdamW, adamWNumbers, plainAdamWNumbers } from "../../src/encoder/kernels/adamW";
import {
  AddLayerNorm,
  addLayerNorm,
  plainAddLayerNorm,
} from "../../src/encoder/kernels/addLayerNorm";
import {
  attend,
  Attention,
  type AttentionShape,
  plainAttend,
} from "../../src/encoder/kernels/attention";
import { Gelu, gelu, plainGelu } from "../../src/encoder/kernels/gelu";
import { LinearMaps, linearMaps, plainLinearMaps } from "../../src/encoder/kernels/linear";
import { hasKernel } from "../../src/encoder/kernels/register";
import { createRandom } from "../../src/random";
import { openNodeBackend } from "./builtIn";
import { differences } from "./fusedKernels";
import { expectCleanFailure, expectNoLeak } from "./memory";
import { randomTensor } from "./randomTensors";

async function expectSameAsPlain(...operations: Parameters<typeof differences>): Promise<void> {
  await expectNoLeak(async () => {
    for (const { of, worst } of await differences(...operations)) {
      expect(worst, of).toBeLessThan(2e-5);
    }
  });
}

describe("fused kernels on wasm are the plain compositions, in value and gradients", () => {
  beforeAll(() => openNodeBackend("wasm"));

  it.each([LinearMaps, Gelu, AddLayerNorm, Attention, AdamW])("%s is there", (name) =>
    expect(hasKernel(name)).toBe(true),
  );

  it.each([1, 3])("%d linear maps at once", async (count) => {
    const maps = (tensors: tf.Tensor[]) =>
      Array.from({ length: count }, (_, map) => ({
        weight: tensors[2 * map] as tf.Tensor2D,
        bias: tensors[2 * map + 1] as tf.Tensor1D,
      }));
    // Maps of different heights; 7 and 13 leave a part of a vector over.
    const shapes = Array.from({ length: count }, (_, map) => [[8 + map, 13], [8 + map]]).flat();
    await expectSameAsPlain(
      [[7, 13], ...shapes],
      (x, ...rest) => linearMaps(x as tf.Tensor2D, maps(rest)),
      (x, ...rest) => plainLinearMaps(x as tf.Tensor2D, maps(rest)),
    );
  });

  it("gelu, also far from 0", async () => {
    const wide = (f: typeof gelu) => (x: tf.Tensor | undefined) =>
      tf.tidy(() => f(tf.mul(x as tf.Tensor2D, 12)));
    await expectSameAsPlain([[9, 7]], wide(gelu), wide(plainGelu));
  });

  it.each([6, 3, 1])("addLayerNorm with a residual of %d rows", async (rows) => {
    const normed =
      (f: typeof addLayerNorm) =>
      (...[x, residual, weight, bias]: tf.Tensor[]) =>
        f(x as tf.Tensor2D, residual as tf.Tensor2D, {
          weight: weight as tf.Tensor1D,
          bias: bias as tf.Tensor1D,
          epsilon: 1e-5,
        });
    await expectSameAsPlain(
      [[6, 10], [rows, 10], [10], [10]],
      normed(addLayerNorm),
      normed(plainAddLayerNorm),
    );
  });

  it.each([
    [3, 2, 4],
    [8, 1, 5],
    [18, 3, 8],
  ])("attention over %d tokens, %d heads of size %d", async (length, heads, size) => {
    const rows = 2;
    // The second row has only one token.
    const mask = Array.from({ length: rows * length }, (_, place) => (place <= length ? 0 : -1e9));
    const shape: AttentionShape = {
      rows,
      length,
      heads,
      bias: tf.tensor4d(mask, [rows, 1, 1, length]),
    };
    await expectSameAsPlain(
      [[rows * length, 3 * heads * size]],
      (x) => attend(x as tf.Tensor2D, shape),
      (x) => plainAttend(x as tf.Tensor2D, shape),
    );
    shape.bias.dispose();
  });

  it("attention whose similarities are all far below 0", async () => {
    const bias = tf.fill([1, 1, 1, 6], -200) as tf.Tensor4D;
    const shape: AttentionShape = { rows: 1, length: 6, heads: 1, bias };
    await expectSameAsPlain(
      [[6, 12]],
      (x) => attend(x as tf.Tensor2D, shape),
      (x) => plainAttend(x as tf.Tensor2D, shape),
    );
    bias.dispose();
  });

  it("refuse tensors that do not fit, before any memory is read", async () => {
    const zeros = (rows: number, width: number) => tf.zeros<tf.Rank.R2>([rows, width]);
    const vector = (size: number) => tf.zeros([size]) as tf.Tensor1D;
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
          const bias = tf.zeros([2, 1, 1, 3]) as tf.Tensor4D;
          return attend(zeros(6, 8), { rows: 2, length: 3, heads: 2, bias });
        }),
      "attention over 2 times 3 tokens by 2 heads, of [6, 8] with a bias of [2, 1, 1, 3]",
    );
  });

  it("AdamW's numbers", () =>
    expectNoLeak(async () => {
      const random = createRandom(9);
      const tensor = () => randomTensor([5, 3], random);
      const inputs = { parameter: tensor(), gradient: tensor(), first: tensor(), second: tensor() };
      const squared = { ...inputs, second: tf.square(inputs.second) };
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
      tf.dispose([inputs, squared.second, found, expected]);
    }));
});
