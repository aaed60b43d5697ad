import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { BackendName } from "../../src/encoder/backend";
import { gatherRows, scatterRows, sumSegments } from "../../src/encoder/kernels/rows";
import { createRandom, integerBelow } from "../../src/random";
import { openNodeBackend } from "./builtIn";
import { expectNoLeak } from "./memory";
import { randomTensor, randomValues } from "./randomTensors";

/** Shape and values of `f` at random tensors of these shapes. */
async function resultOn(
  backend: BackendName,
  shapes: number[][],
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
): Promise<{ shape: number[]; values: number[] }> {
  await openNodeBackend(backend);
  return await expectNoLeak(async () => {
    const random = createRandom(6);
    const output = tf.tidy(() => f(...shapes.map((shape) => randomTensor(shape, random))));
    const values = [...(await output.data())];
    output.dispose();
    return { shape: output.shape, values };
  });
}

async function expectSameOnWasm(
  shapes: number[][],
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  decimals = 4,
): Promise<void> {
  const expected = await resultOn("cpu", shapes, f);
  const found = await resultOn("wasm", shapes, f);
  expect(found.shape).toEqual(expected.shape);
  expect(found.values).toHaveLength(expected.values.length);
  for (const [index, value] of found.values.entries()) {
    expect(value).toBeCloseTo(expected.values[index]!, decimals);
  }
}

const swapped = (shape: number[]): number[] => [
  ...shape.slice(0, -2),
  shape.at(-1)!,
  shape.at(-2)!,
];

describe("products on WASM are those of the CPU", () => {
  const [a, b] = [
    [5, 7],
    [7, 6],
  ] as const;
  /** Outer axes of both sides; where they differ they broadcast. */
  const outers: [string, number[], number[]][] = [
    ["2-D", [], []],
    ["3-D", [3], [3]],
    ["3-D of one matrix", [1], [1]],
    ["4-D", [2, 3], [2, 3]],
    ["4-D of one matrix", [1, 1], [1, 1]],
    ["one matrix for many", [3], [1]],
    ["many for one matrix", [1], [3]],
    ["4-D, one matrix a row", [2, 3], [2, 1]],
    ["4-D, both broadcast to more", [3, 1], [1, 3]],
    ["different ranks", [3], [1, 3]],
  ];
  const transposes = [false, true].flatMap((left) => [false, true].map((right) => [left, right]));
  const cases = outers.flatMap(([name, left, right]) =>
    transposes.map(([transposeA, transposeB]) => ({ name, left, right, transposeA, transposeB })),
  );

  it.each(cases)(
    "$name, transposed $transposeA and $transposeB",
    async ({ left, right, transposeA = false, transposeB = false }) => {
      const [shapeA, shapeB] = [
        [...left, ...a],
        [...right, ...b],
      ];
      await expectSameOnWasm(
        [transposeA ? swapped(shapeA) : shapeA, transposeB ? swapped(shapeB) : shapeB],
        (x, y) => tf.matMul(x!, y!, transposeA, transposeB),
      );
    },
  );

  it("of one row and one column, and of nothing", async () => {
    await expectSameOnWasm(
      [
        [1, 9],
        [9, 1],
      ],
      (x, y) => tf.matMul(x!, y!),
    );
    await expectSameOnWasm(
      [
        [4, 1],
        [1, 4],
      ],
      (x, y) => tf.matMul(x!, y!, false, false),
    );
    await expectSameOnWasm(
      [
        [0, 3, 4],
        [0, 4, 2],
      ],
      (x, y) => tf.matMul(x!, y!),
    );
  });
});

describe("products on WASM that take more than one block are those of the CPU", () => {
  // Past 64 rows and 384 terms, and with a part left over on every side.
  const [m, k, n] = [70, 390, 19];
  it.each([
    [false, false],
    [false, true],
    [true, false],
  ])("transposed %s and %s", (transposeA, transposeB) =>
    expectSameOnWasm(
      [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]],
      (x, y) => tf.matMul(x!, y!, transposeA, transposeB),
      3,
    ),
  );
});

describe("sums on WASM are those of the CPU", () => {
  const cases: [number[], number[] | undefined, boolean][] = [
    [[7, 5], [0], false],
    [[7, 5], [0], true],
    [[7, 5], [-2], false],
    [[7, 5], [1], false],
    [[7, 5], [-1], true],
    [[7, 5], [0, 1], false],
    [[7, 5], undefined, false],
    [[1, 5], [0], false],
    [[1, 5], [0], true],
    [[7, 1], [0], true],
    [[7], [0], false],
    [[2, 7, 5], [0], false],
    [[2, 7, 5], [1], true],
    [[2, 7, 5], [1, 0], false],
    [[2, 7, 5], [0, 1], true],
    [[0, 5], [0], false],
    [[300, 2], [0], false],
  ];
  it.each(cases)("of %j over %j, keeping axes: %s", (shape, axes, keepDims) =>
    expectSameOnWasm([shape], (x) => tf.sum(x!, axes, keepDims)),
  );

  it("of whole numbers", () =>
    expectSameOnWasm([[7, 5]], (x) => tf.sum(tf.cast(tf.mul(x!, 100), "int32"), 0)));
});

/** Values in a plain matrix, row by row. */
function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (_, column) => values[row * width + column]!),
  );
}

describe.each(["cpu", "wasm"] as const)("row kernels on %s", (backend) => {
  const [rows, width, positions] = [6, 3, 10];
  const random = createRandom(8);
  const table = randomValues(rows * width, random);
  const indices = Int32Array.from({ length: positions }, () => integerBelow(rows, random));

  beforeAll(() => openNodeBackend(backend));

  it("gatherRows reads rows", () =>
    expectNoLeak(async () => {
      const output = tf.tidy(() =>
        gatherRows(tf.tensor2d(table, [rows, width]), tf.tensor1d(indices, "int32")),
      );
      expect(output.shape).toEqual([positions, width]);
      const expected = [...indices].map((index) => rowsOf(table, width)[index]);
      expect(rowsOf(await output.data(), width)).toEqual(expected);
      output.dispose();
    }));

  it("sumSegments adds rows in order, and gives 0 for an empty segment", () =>
    expectNoLeak(async () => {
      const values = randomValues(positions * width, random);
      const order = Int32Array.of(4, 1, 9, 0, 0, 2, 7, 3, 5, 6);
      const starts = Int32Array.of(0, 0, 3, 8, 8);
      const output = tf.tidy(() =>
        sumSegments(tf.tensor2d(values, [positions, width]), {
          order: tf.tensor1d(order, "int32"),
          starts: tf.tensor1d(starts, "int32"),
        }),
      );
      expect(output.shape).toEqual([4, width]);
      const expected = [[], [4, 1, 9], [0, 0, 2, 7, 3], []].map((segment) => {
        const sum = new Float32Array(width);
        for (const position of segment) {
          for (const column of sum.keys()) sum[column]! += values[position * width + column]!;
        }
        return [...sum];
      });
      expect(rowsOf(await output.data(), width)).toEqual(expected);
      output.dispose();
    }));

  it("scatterRows writes the given rows of the table and no other", () =>
    expectNoLeak(async () => {
      const written = randomValues(2 * width, random);
      const target = tf.tensor2d(table.slice(), [rows, width]);
      tf.tidy(() =>
        scatterRows(target, tf.tensor1d([4, 1], "int32"), tf.tensor2d(written, [2, width])),
      );
      const expected = rowsOf(table, width)
        .with(4, rowsOf(written, width)[0]!)
        .with(1, rowsOf(written, width)[1]!);
      expect(rowsOf(await target.data(), width)).toEqual(expected);
      target.dispose();
    }));
});
