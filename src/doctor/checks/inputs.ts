import * as tf from "@tensorflow/tfjs-core";
import { integerBelow, type Random } from "../../random";

/** Makes the same tensor on whatever backend runs; what is made is the caller's. */
export type Input<T extends tf.Tensor> = () => T;

/** Inputs of a few kinds, from one stream of chance. */
export type Draw = ReturnType<typeof drawInputs>;

export function drawInputs(random: Random) {
  const values = (size: number, scale = 1) =>
    Float32Array.from({ length: size }, () => scale * (2 * random() - 1));
  /** Copied each time: the CPU backend writes into the array it is given. */
  const input =
    <T extends tf.Tensor>(numbers: Float32Array, shape: number[]): Input<T> =>
    () =>
      tf.tensor(numbers.slice(), shape, "float32") as unknown as T;
  const tensor = <T extends tf.Tensor>(shape: number[], scale?: number): Input<T> =>
    input(values(tf.util.sizeFromShape(shape), scale), shape);

  return {
    /** Numbers in [−scale, scale), scale being 1 without it. */
    tensor,
    vector: (size: number) => tensor<tf.Tensor1D>([size]),
    matrix: (rows: number, columns: number, scale?: number) =>
      tensor<tf.Tensor2D>([rows, columns], scale),
    /** Numbers in [0, 1). */
    positive: (rows: number, columns: number): Input<tf.Tensor2D> =>
      input(values(rows * columns).map(Math.abs), [rows, columns]),
    /** Whole numbers from 0 to below `bound`; int32 [count]. */
    ids: (count: number, bound: number): Input<tf.Tensor1D> => {
      const drawn = Int32Array.from({ length: count }, () => integerBelow(bound, random));
      return () => tf.tensor1d(drawn.slice(), "int32");
    },
    /** Numbers that are given; int32. */
    whole:
      (given: readonly number[]): Input<tf.Tensor1D> =>
      () =>
        tf.tensor1d([...given], "int32"),
    /** [rows, length]: 1 for a token, 0 for padding; each row has at least one token. */
    mask: (rows: number, length: number): Input<tf.Tensor2D> => {
      const tokens = Array.from({ length: rows }, () => 1 + integerBelow(length, random));
      const mask = tokens.flatMap((count) =>
        Array.from({ length }, (_, place) => (place < count ? 1 : 0)),
      );
      return () => tf.tensor2d(mask, [rows, length]);
    },
    /** [rows, 1, 1, length]: what is added to the logits of attention; 0 for a token, −1e9 for padding. */
    paddingBias: (rows: number, length: number): Input<tf.Tensor4D> => {
      const tokens = Array.from({ length: rows }, () => 1 + integerBelow(length, random));
      const bias = tokens.flatMap((count) =>
        Array.from({ length }, (_, place) => (place < count ? 0 : -1e9)),
      );
      return () => tf.tensor4d(bias, [rows, 1, 1, length]);
    },
    random,
  };
}
