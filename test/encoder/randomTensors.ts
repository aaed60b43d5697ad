import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../src/random";

/** Numbers in [−1, 1). */
export function randomValues(size: number, random: Random): Float32Array {
  return Float32Array.from({ length: size }, () => 2 * random() - 1);
}

/** A tensor of numbers in [−1, 1). */
export function randomTensor<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  random: Random,
): tf.Tensor<R> {
  return tf.tensor<R>(randomValues(tf.util.sizeFromShape(shape), random), shape, "float32");
}
