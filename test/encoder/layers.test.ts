import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { embedWords, projectionName } from "../../src/encoder/encoder";
import { expandRows } from "../../src/encoder/kernels/rows";
import { addLayerNorm, attention, gelu, linear } from "../../src/encoder/layers";
import { disposeParameters } from "../../src/encoder/parameters";
import { meanPooling, normalizeRows } from "../../src/encoder/pooling";
import { createRandom } from "../../src/random";
import { openNodeBackend } from "./builtIn";
import { expectGradients } from "./gradients";
import { expectNoLeak } from "./memory";
import { randomTensor } from "./randomTensors";
import { tinyEncoder } from "./tinyEncoder";

/** Expects right gradients at random inputs of these shapes. */
async function expectRightAt(
  shapes: number[][],
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
): Promise<void> {
  const random = createRandom(3);
  const inputs = shapes.map((shape) => randomTensor(shape, random));
  await expectNoLeak(() => expectGradients(f, inputs));
  tf.dispose(inputs);
}

/** Gives a layer its inputs by name. */
function named(names: string[], tensors: tf.Tensor[]): Map<string, tf.Tensor> {
  return new Map(names.map((name, index) => [name, tensors[index]!]));
}

describe.each(["cpu", "wasm"] as const)("gradients of layers on %s", (backend) => {
  beforeAll(() => openNodeBackend(backend));

  it("linear", () =>
    expectRightAt([[4, 3], [5, 3], [5]], (x, ...rest) =>
      linear(named(["l.weight", "l.bias"], rest), "l", x as tf.Tensor2D),
    ));

  it("addLayerNorm, of a residual as long and of one that repeats", async () => {
    const normed = ([x, residual, ...rest]: tf.Tensor[]) =>
      addLayerNorm(named(["n.weight", "n.bias"], rest), "n", x as tf.Tensor2D, {
        residual: residual as tf.Tensor2D,
        epsilon: 1e-12,
      });
    await expectRightAt([[4, 6], [4, 6], [6], [6]], (...inputs) => normed(inputs));
    await expectRightAt([[6, 6], [3, 6], [6], [6]], (...inputs) => normed(inputs));
  });

  it("gelu", () => expectRightAt([[5, 4]], (x) => tf.tidy(() => gelu(tf.mul(x!, 3)))));

  it("attention, with padding", async () => {
    const [rows, length, width] = [2, 3, 4];
    const parts = ["self.query", "self.key", "self.value", "output.dense"];
    const names = parts.flatMap((part) => [`a.${part}.weight`, `a.${part}.bias`]);
    const shapes = parts.flatMap(() => [[width, width], [width]]);
    // The second row's last token is padding.
    const bias = tf.tensor4d([0, 0, 0, 0, 0, -1e9], [rows, 1, 1, length]);
    await expectRightAt([[rows * length, width], ...shapes], (x, ...rest) =>
      attention(named(names, rest), "a", x as tf.Tensor2D, {
        heads: 2,
        batches: [{ rows, length, bias }],
      }),
    );
    bias.dispose();
  });

  it("meanPooling, with padding", async () => {
    const mask = tf.tensor2d([1, 1, 1, 1, 0, 0], [2, 3]);
    await expectRightAt([[2, 3, 4]], (x) => meanPooling(x as tf.Tensor3D, mask));
    mask.dispose();
  });

  it("normalizeRows", () => expectRightAt([[3, 4]], (x) => normalizeRows(x as tf.Tensor2D)));

  it("expandRows", async () => {
    // Row 0 stands at no position that counts, row 1 at one, row 2 at two.
    const indices = tf.tensor1d([2, 0, 2, 1], "int32");
    const segments = {
      order: tf.tensor1d([3, 0, 2, 0], "int32"),
      starts: tf.tensor1d([0, 0, 1, 3], "int32"),
    };
    const counted = tf.tensor2d([1, 0, 1, 1], [4, 1]); // position 1 is padding
    await expectRightAt([[3, 2]], (x) =>
      tf.tidy(() => tf.mul(expandRows(x as tf.Tensor2D, indices, segments), counted)),
    );
    tf.dispose([indices, segments.order, segments.starts, counted]);
  });

  it.each([
    ["one batch", [[2, 4]]],
    ["two batches at once", [[1, 4], [2, 2]]], // prettier-ignore
  ] as [string, [number, number][]][])(
    "embedWords of %s, by its words and by every parameter",
    async (_, shapes) => {
      const { encoder, parameters } = tinyEncoder(4);
      const random = createRandom(5);
      const trained = [...parameters].filter(
        ([name]) => name !== encoder.architecture.wordEmbeddings,
      );
      const names = [...trained.map(([name]) => name), projectionName];
      const words = randomTensor([2 * 4, 8], random);
      const projection = randomTensor([8, 8], random);
      // The last text ends in padding.
      const masks = shapes.map(([rows, length], batch) =>
        tf.tidy(() => {
          const place = tf.reshape(tf.range(0, rows * length), [rows, length]);
          const tokens = rows * length - (batch === shapes.length - 1 ? length / 2 : 0);
          return tf.cast<tf.Tensor2D>(tf.less(place, tokens), "float32");
        }),
      );
      const inputs = [words, ...trained.map(([, tensor]) => tensor), projection];
      await expectNoLeak(() =>
        expectGradients(
          (x, ...rest) => embedWords(encoder, named(names, rest), x as tf.Tensor2D, masks),
          inputs,
          4,
        ),
      );
      disposeParameters(parameters);
      tf.dispose([words, projection, masks]);
    },
  );
});

describe.each(["cpu", "wasm"] as const)("values of layers on %s", (backend) => {
  beforeAll(() => openNodeBackend(backend));

  it("gelu is x·Φ(x)", async () => {
    const x = tf.tensor2d([-3, -1, 0, 1, 3], [1, 5]);
    const y = gelu(x);
    // x times the table value of the standard normal distribution function.
    const expected = [-3 * 0.0013499, -0.1586553, 0, 0.8413447, 3 * 0.9986501];
    for (const [index, value] of (await y.data()).entries()) {
      expect(value).toBeCloseTo(expected[index]!, 5);
    }
    tf.dispose([x, y]);
  });

  it("meanPooling leaves padding out", async () => {
    const states = tf.tensor3d([1, 2, 3, 4, 99, 99], [1, 3, 2]);
    const mask = tf.tensor2d([1, 1, 0], [1, 3]);
    const pooled = meanPooling(states, mask);
    expect([...(await pooled.data())]).toEqual([2, 3]);
    tf.dispose([states, mask, pooled]);
  });

  it("embedWords gives each of several batches what it gives it alone", async () => {
    const { encoder, parameters } = tinyEncoder(4);
    const random = createRandom(5);
    const words = [randomTensor([3 * 4, 8], random), randomTensor([2 * 2, 8], random)];
    const masks = [tf.tensor2d([1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0], [3, 4]), tf.ones([2, 2])];
    const embed = (of: tf.Tensor[], by: tf.Tensor[]) =>
      tf.tidy(() =>
        embedWords(encoder, parameters, tf.concat(of) as tf.Tensor2D, by as tf.Tensor2D[]),
      );
    const together = embed(words, masks);
    const apart = words.map((of, batch) => embed([of], [masks[batch]!]));
    const expected = await Promise.all(apart.map((embeddings) => embeddings.data()));
    expect(together.shape).toEqual([5, 8]);
    for (const [index, value] of (await together.data()).entries()) {
      expect(value).toBeCloseTo(expected.flatMap((values) => [...values])[index]!, 6);
    }
    disposeParameters(parameters);
    tf.dispose([words, masks, together, apart]);
  });

  it("normalizeRows gives length 1, and leaves zeros zero", async () => {
    const x = tf.tensor2d([3, 4, 0, 0], [2, 2]);
    const y = normalizeRows(x);
    const values = await y.data();
    expect(values[0]).toBeCloseTo(0.6, 6);
    expect(values[1]).toBeCloseTo(0.8, 6);
    expect([values[2], values[3]]).toEqual([0, 0]);
    tf.dispose([x, y]);
  });
});
