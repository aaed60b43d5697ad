import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { normalizeRows } from "../../src/encoder/pooling";
import { createRandom } from "../../src/random";
import { infoNce, type InfoNceOptions } from "../../src/training/losses/infoNce";
import { openNodeBackend } from "../encoder/builtIn";
import { expectGradients } from "../encoder/gradients";
import { expectCleanFailure, expectNoLeak } from "../encoder/memory";
import { randomTensor } from "../encoder/randomTensors";
import { plainInfoNce, transpose } from "./plainInfoNce";

async function lossOf(
  queries: number[][],
  passages: number[][],
  items: number[],
  options: InfoNceOptions,
): Promise<number> {
  return await expectNoLeak(async () => {
    const loss = tf.tidy(() =>
      infoNce(tf.tensor2d(queries), tf.tensor2d(passages), items, options),
    );
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  });
}

const oneWay = { temperature: 0.5, symmetric: false };
const bothWays = { temperature: 0.5, symmetric: true };

describe.each(["cpu", "wasm"] as const)("InfoNCE on %s", (backend) => {
  beforeAll(() => openNodeBackend(backend));

  // Similarities [[1, 0.6], [0, 0.8]], over the temperature [[2, 1.2], [0, 1.6]].
  const queries = [
    [1, 0],
    [0, 1],
  ];
  const passages = [
    [1, 0],
    [0.6, 0.8],
  ];

  it("is the cross-entropy of each query's passage", async () => {
    const expected = (Math.log1p(Math.exp(1.2 - 2)) + Math.log1p(Math.exp(0 - 1.6))) / 2;
    expect(await lossOf(queries, passages, [0, 1], oneWay)).toBeCloseTo(expected, 5);
  });

  it("averages with that of each passage's query where symmetric", async () => {
    const forward = (Math.log1p(Math.exp(1.2 - 2)) + Math.log1p(Math.exp(0 - 1.6))) / 2;
    const backward = (Math.log1p(Math.exp(0 - 2)) + Math.log1p(Math.exp(1.2 - 1.6))) / 2;
    const expected = (forward + backward) / 2;
    expect(await lossOf(queries, passages, [0, 1], bothWays)).toBeCloseTo(expected, 5);
  });

  it("is nothing where all rows are of one item", async () => {
    for (const options of [oneWay, bothWays]) {
      expect(Math.abs(await lossOf(queries, passages, [7, 7], options))).toBe(0);
    }
  });

  it("leaves translations of the positive out of the denominator", async () => {
    const items = [0, 1, 0, 2];
    const similarities = [
      [0.9, 0.1, 0.8, -0.3],
      [0.2, 0.7, 0.4, 0.5],
      [0.6, 0.3, 0.5, 0.1],
      [-0.2, 0.4, 0.3, 0.8],
    ];
    // With the unit vectors as queries, passages are the columns of the similarities.
    const units = similarities.map((_, row) => similarities.map((_, column) => +(row === column)));
    const columns = transpose(similarities);
    const forward = plainInfoNce(similarities, items, 0.5);
    expect(await lossOf(units, columns, items, oneWay)).toBeCloseTo(forward, 5);
    const both = (forward + plainInfoNce(columns, items, 0.5)) / 2;
    expect(await lossOf(units, columns, items, bothWays)).toBeCloseTo(both, 5);
  });

  it.each([oneWay, bothWays])("has the gradient of central differences: %j", async (options) => {
    const random = createRandom(11);
    const inputs = [randomTensor([5, 4], random), randomTensor([5, 4], random)];
    await expectNoLeak(() =>
      expectGradients(
        (x, y) =>
          tf.tidy(() => {
            const sides = [
              normalizeRows(x as tf.Tensor2D),
              normalizeRows(y as tf.Tensor2D),
            ] as const;
            return infoNce(...sides, [0, 1, 2, 1, 3], options);
          }),
        inputs,
      ),
    );
    tf.dispose(inputs);
  });

  it.each([oneWay, bothWays])("gives translations no gradient: %j", (options) =>
    expectNoLeak(async () => {
      const items = [0, 0, 1];
      const units = tf.eye(3);
      const columns = randomTensor<tf.Rank.R2>([3, 3], createRandom(12));
      // With unit vectors as queries, the gradient by passages is that by similarities, transposed.
      const gradient = tf.tidy(() =>
        tf.grad((x) => infoNce(units, x as tf.Tensor2D, items, options))(columns),
      );
      const bySimilarity = transpose((await gradient.array()) as number[][]);
      for (const [query, row] of bySimilarity.entries()) {
        for (const [passage, value] of row.entries()) {
          if (query === passage) expect(value).toBeLessThan(0);
          else if (items[query] === items[passage]) expect(Math.abs(value)).toBe(0);
          else expect(value).toBeGreaterThan(0);
        }
      }
      tf.dispose([units, columns, gradient]);
    }),
  );

  it("refuses sides that do not pair, and temperatures that are not above 0", async () => {
    const [two, three] = [tf.zeros<tf.Rank.R2>([2, 4]), tf.zeros<tf.Rank.R2>([3, 4])];
    await expectCleanFailure(
      () => infoNce(two, three, [0, 1], oneWay),
      /pairs 2 queries with 3 passages of 2 items/,
    );
    await expectCleanFailure(
      () => infoNce(two, two, [0, 1, 2], oneWay),
      /pairs 2 queries with 2 passages of 3 items/,
    );
    for (const temperature of [0, -1, NaN]) {
      await expectCleanFailure(
        () => infoNce(two, two, [0, 1], { temperature, symmetric: true }),
        `temperature is above 0, got ${temperature}`,
      );
    }
    tf.dispose([two, three]);
  });
});
