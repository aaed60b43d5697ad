/** @file Fused kernels against the plain compositions that they stand for, on whatever backend is open. */

import * as tf from "@tensorflow/tfjs-core";
import { addLayerNorm, plainAddLayerNorm } from "../../src/encoder/kernels/addLayerNorm";
import { attend, plainAttend } from "../../src/encoder/kernels/attention";
import { gelu, plainGelu } from "../../src/encoder/kernels/gelu";
import { linearMaps, plainLinearMaps } from "../../src/encoder/kernels/linear";
import { createRandom } from "../../src/random";
import { randomTensor } from "./randomTensors";

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

export interface FusedCase {
  name: string;
  shapes: number[][];
  fused: Operation;
  plain: Operation;
}

/** Sizes that are multiples of 4 and sizes that are not, since kernels treat them apart. */
export const fusedCases: FusedCase[] = [
  linearCase(1, { n: 7, into: 13, out: 9 }),
  linearCase(3, { n: 7, into: 13, out: 9 }),
  linearCase(3, { n: 37, into: 36, out: 12 }),
  geluCase([9, 7]),
  geluCase([6, 8]),
  layerNormCase({ rows: 6, repeated: 6, width: 10 }),
  layerNormCase({ rows: 6, repeated: 3, width: 12 }),
  layerNormCase({ rows: 6, repeated: 1, width: 300 }),
  attentionCase({ lengths: [3], heads: 2, size: 5 }),
  attentionCase({ lengths: [8], heads: 1, size: 4 }),
  attentionCase({ lengths: [18], heads: 3, size: 8 }),
  attentionCase({ lengths: [130], heads: 1, size: 4 }),
  attentionCase({ lengths: [4, 7, 2], heads: 2, size: 4 }),
  {
    name: "attention whose similarities are all far below 0",
    shapes: [[6, 12]],
    ...attentionOf(1, [[1, 6]], () => -200),
  },
];

function linearCase(
  maps: number,
  { n, into, out }: Record<"n" | "into" | "out", number>,
): FusedCase {
  const given = (tensors: tf.Tensor[]) =>
    Array.from({ length: maps }, (_, map) => ({
      weight: tensors[2 * map] as tf.Tensor2D,
      bias: tensors[2 * map + 1] as tf.Tensor1D,
    }));
  return {
    name: `${maps} linear maps of ${into} numbers to ${out}`,
    shapes: [[n, into], ...Array.from({ length: maps }, () => [[out, into], [out]]).flat()],
    fused: (x, ...rest) => linearMaps(x as tf.Tensor2D, given(rest)),
    plain: (x, ...rest) => plainLinearMaps(x as tf.Tensor2D, given(rest)),
  };
}

function geluCase(shape: [number, number]): FusedCase {
  // Also far from 0.
  const wide = (f: typeof gelu) => (x: tf.Tensor | undefined) =>
    tf.tidy(() => f(tf.mul(x as tf.Tensor2D, 12)));
  return {
    name: `gelu of [${shape.join(", ")}]`,
    shapes: [shape],
    fused: wide(gelu),
    plain: wide(plainGelu),
  };
}

function layerNormCase({
  rows,
  repeated,
  width,
}: Record<"rows" | "repeated" | "width", number>): FusedCase {
  const normed =
    (f: typeof addLayerNorm) =>
    (...[x, residual, weight, bias]: tf.Tensor[]) =>
      f(x as tf.Tensor2D, residual as tf.Tensor2D, {
        weight: weight as tf.Tensor1D,
        bias: bias as tf.Tensor1D,
        epsilon: 1e-5,
      });
  return {
    name: `addLayerNorm of ${rows} rows of ${width} and ${repeated}`,
    shapes: [[rows, width], [repeated, width], [width], [width]],
    fused: normed(addLayerNorm),
    plain: normed(plainAddLayerNorm),
  };
}

function attentionCase({
  lengths,
  heads,
  size,
}: {
  lengths: number[];
  heads: number;
  size: number;
}): FusedCase {
  const tokens = lengths.reduce((sum, length) => sum + 2 * length, 0);
  return {
    name: `attention over ${lengths.join(" and ")} tokens, ${heads} heads of size ${size}`,
    shapes: [[tokens, 3 * heads * size]],
    // Two texts of each length, of which the second has only one token.
    ...attentionOf(
      heads,
      lengths.map((length) => [2, length]),
      (place, length) => (place <= length ? 0 : -1e9),
    ),
  };
}

function attentionOf(
  heads: number,
  sizes: [rows: number, length: number][],
  biasAt: (place: number, length: number) => number,
): Pick<FusedCase, "fused" | "plain"> {
  const attended = (f: typeof attend) => (x: tf.Tensor | undefined) => {
    const batches = sizes.map(([rows, length]) => {
      const values = Array.from({ length: rows * length }, (_, place) => biasAt(place, length));
      return { rows, length, bias: tf.tensor4d(values, [rows, 1, 1, length]) };
    });
    return f(x as tf.Tensor2D, { heads, batches });
  };
  return { fused: attended(attend), plain: attended(plainAttend) };
}

export interface Difference {
  /** "value", or which input the gradient is by. */
  of: string;
  /** The largest difference, relative to the largest number of the reference. */
  worst: number;
}

/**
 * How far a fused kernel is from its reference at random inputs: its value
 * without and with a gradient to come, and the gradients of a random weighting.
 */
export async function differences({ shapes, fused, plain }: FusedCase): Promise<Difference[]> {
  const random = createRandom(12);
  const inputs = shapes.map((shape) => randomTensor(shape, random));
  const alone = tf.tidy(() => fused(...inputs));
  const weighting = randomTensor(alone.shape, random);
  const results = [fused, plain].map((operation) =>
    tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads((...at: tf.Tensor[]) =>
        tf.sum(tf.mul(operation(...at), weighting)),
      )(inputs);
      return [operation(...inputs), value, ...grads];
    }),
  );
  const names = ["value", "weighted value", ...shapes.map((_, index) => `input ${index}`)];
  const [ours, reference] = results as [tf.Tensor[], tf.Tensor[]];
  const found: Difference[] = [];
  for (const [index, of] of names.entries()) {
    found.push({ of, worst: await difference(ours[index]!, reference[index]!) });
  }
  found.push({ of: "value without gradient", worst: await difference(alone, reference[0]!) });
  tf.dispose([inputs, alone, weighting, results]);
  return found;
}

/** Infinite where shapes differ or something is not a number. */
async function difference(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  if (!tf.util.arraysEqual(a.shape, b.shape)) return Infinity;
  const [values, expected] = [await a.data(), await b.data()];
  let [worst, largest] = [0, 1e-3];
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) return Infinity;
    worst = Math.max(worst, Math.abs(value - expected[index]!));
    largest = Math.max(largest, Math.abs(expected[index]!));
  }
  return worst / largest;
}

/** Kernels that a gradient by one input alone runs, by the input's place; forward pass included. */
export async function kernelsOfGradients({ shapes, fused }: FusedCase): Promise<string[][]> {
  const random = createRandom(13);
  const inputs = shapes.map((shape) => randomTensor(shape, random));
  const names: string[][] = [];
  for (const [place, input] of inputs.entries()) {
    const { kernels } = await tf.profile(() =>
      tf.dispose(tf.tidy(() => tf.grad((at) => fused(...inputs.with(place, at)))(input))),
    );
    names.push(kernels.map(({ name }) => name));
  }
  tf.dispose(inputs);
  return names;
}

/** What a gradient by x, by each weight and by each bias may run of these, and nothing else. */
export const gradientKernels = {
  "3 linear maps of 36 numbers to 12": [
    ["LinearMapsInputGradient"],
    ...Array.from({ length: 3 }, () => [["LinearMapWeightGradient"], ["ColumnSums"]]).flat(),
  ],
  "addLayerNorm of 6 rows of 12 and 3": [
    ["AddLayerNormInputGradient"],
    ["AddLayerNormInputGradient"],
    ["AddLayerNormWeightGradient"],
    ["ColumnSums"],
  ],
};

/** The gradient kernels of fused operations among `names`. */
export function gradientKernelsIn(names: readonly string[]): string[] {
  const all = new Set(Object.values(gradientKernels).flat(2));
  return names.filter((name) => all.has(name));
}
