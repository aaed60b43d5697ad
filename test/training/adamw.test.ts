import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { gatherRows, scatterRows } from "../../src/encoder/kernels/rows";
import { createRandom } from "../../src/random";
import { clippingFactor } from "../../src/training/clipping";
import { adamWUpdate, initMoments } from "../../src/training/optimizers/adamw";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";
import { randomTensor } from "../encoder/randomTensors";

type ParameterName = "matrix" | "bias";
type ByParameter<T> = Record<ParameterName, T>;

/** What test/reference/adamw.py wrote. */
interface Golden {
  adamw: {
    shapes: ByParameter<number[]>;
    weightDecay: ByParameter<number>;
    initial: ByParameter<number[]>;
    steps: {
      learningRate: number;
      parameters: ByParameter<Record<"gradient" | "parameter" | "first" | "second", number[]>>;
    }[];
  };
  clipping: { limit: number; norm: number; gradients: number[][]; clipped: number[][] }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../reference/adamw.json", import.meta.url), "utf8"),
) as Golden;

/** Element by element, to a few units in the last place of 32 bits. */
function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(found[index]! - value)).toBeLessThanOrEqual(
      1e-6 * Math.max(Math.abs(value), 1e-4),
    );
  }
}

describe.each(["cpu", "wasm"] as const)("AdamW on %s", (backend) => {
  beforeAll(() => openNodeBackend(backend));

  it.each(["matrix", "bias"] as const)("takes PyTorch's steps with a %s", (name) =>
    expectNoLeak(async () => {
      const { shapes, weightDecay, initial, steps } = golden.adamw;
      expect(steps).toHaveLength(3);
      let parameter: tf.Tensor = tf.tensor(initial[name], shapes[name]);
      let moments = initMoments(parameter);
      for (const [index, { learningRate, parameters }] of steps.entries()) {
        const expected = parameters[name];
        const gradient = tf.tensor(expected.gradient, shapes[name]);
        const options = { step: index + 1, learningRate, weightDecay: weightDecay[name] };
        const updated = adamWUpdate(parameter, gradient, moments, options);
        tf.dispose([parameter, gradient, moments.first, moments.second]);
        ({ parameter, moments } = updated);
        expectClose(await parameter.data(), expected.parameter);
        expectClose(await moments.first.data(), expected.first);
        expectClose(await moments.second.data(), expected.second);
      }
      tf.dispose([parameter, moments.first, moments.second]);
    }),
  );

  it("updates some rows of a table as it would update them alone", () =>
    expectNoLeak(async () => {
      const random = createRandom(13);
      const table = randomTensor<tf.Rank.R2>([6, 3], random);
      const before = await table.data();
      const tables = [tf.add(table, 0), tf.zerosLike(table), tf.zerosLike(table)];
      const ids = tf.tensor1d([4, 1], "int32");
      let alone = gatherRows(table, ids) as tf.Tensor;
      let aloneMoments = initMoments(alone);
      for (const step of [1, 2, 3]) {
        const gradient = randomTensor([2, 3], random);
        const options = { step, learningRate: 0.1, weightDecay: 0.1 };
        tf.tidy(() => {
          const [old, first, second] = tables.map((each) => gatherRows(each as tf.Tensor2D, ids));
          const updated = adamWUpdate(old!, gradient, { first: first!, second: second! }, options);
          const rows = [updated.parameter, updated.moments.first, updated.moments.second];
          for (const [index, each] of tables.entries()) {
            scatterRows(each as tf.Tensor2D, ids, rows[index] as tf.Tensor2D);
          }
        });
        const updated = adamWUpdate(alone, gradient, aloneMoments, options);
        tf.dispose([alone, gradient, aloneMoments.first, aloneMoments.second]);
        [alone, aloneMoments] = [updated.parameter, updated.moments];
      }
      const after = [await tables[0]!.data(), await tables[1]!.data(), await tables[2]!.data()];
      const expected = [alone, aloneMoments.first, aloneMoments.second];
      for (const [index, values] of after.entries()) {
        const rows = await expected[index]!.data();
        expect(values.subarray(12, 15)).toEqual(rows.subarray(0, 3));
        expect(values.subarray(3, 6)).toEqual(rows.subarray(3, 6));
        for (const row of [0, 2, 3, 5]) {
          const untouched =
            index === 0 ? before.subarray(3 * row, 3 * row + 3) : new Float32Array(3);
          expect(values.subarray(3 * row, 3 * row + 3)).toEqual(untouched);
        }
      }
      tf.dispose([table, ids, ...tables, ...expected]);
    }));

  it.each(golden.clipping)("clips to $limit as PyTorch does", ({ limit, gradients, clipped }) =>
    expectNoLeak(async () => {
      const tensors = gradients.map((values) => tf.tensor1d(values));
      const factor = clippingFactor(tensors, limit);
      for (const [index, tensor] of tensors.entries()) {
        const scaled = tf.mul(tensor, factor);
        expectClose(await scaled.data(), clipped[index]!);
        scaled.dispose();
      }
      tf.dispose([factor, ...tensors]);
    }),
  );

  it("leaves gradients within the limit as they are, and zeros zero", () =>
    expectNoLeak(async () => {
      for (const values of [
        [3, 4],
        [0, 0],
      ]) {
        const gradient = tf.tensor1d(values);
        const factor = clippingFactor([gradient], 100);
        expect([...(await factor.data())]).toEqual([1]);
        tf.dispose([gradient, factor]);
      }
    }));
});

describe("the golden values", () => {
  it("clip in one case and not in the other", () => {
    const clips = golden.clipping.map(({ limit, norm }) => norm > limit);
    expect(clips).toEqual([true, false]);
  });
});
