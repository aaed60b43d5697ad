/** @file The layers of a transformer encoder: functions of (parameters, input). */

import * as tf from "@tensorflow/tfjs-core";
import * as kernels from "./kernels/addLayerNorm";
import { attend, type AttentionShape } from "./kernels/attention";
import { linearMaps } from "./kernels/linear";
import { withAdapters } from "./lora";
import { type Parameters, parameter } from "./parameters";

export type { AttentionShape } from "./kernels/attention";
export { gelu } from "./kernels/gelu";

/**
 * x · Wᵀ + b, and what an adapter adds where the map has one.
 *
 * @param x [n, in]
 * @param name prefix of `.weight` [out, in] and `.bias` [out], as PyTorch stores them
 * @returns [n, out]
 */
export function linear(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return linearSideBySide(parameters, [name], x);
}

/**
 * Layer normalisation of x + residual over the last axis (arXiv 1607.06450).
 *
 * @param x [n, width]
 * @param name prefix of `.weight` [width] and `.bias` [width]
 * @param residual [m, width], repeated n / m times
 */
export function addLayerNorm(
  parameters: Parameters,
  name: string,
  x: tf.Tensor2D,
  { residual, epsilon }: { residual: tf.Tensor2D; epsilon: number },
): tf.Tensor2D {
  const weight = parameter<tf.Tensor1D>(parameters, `${name}.weight`);
  const bias = parameter<tf.Tensor1D>(parameters, `${name}.bias`);
  return kernels.addLayerNorm(x, residual, { weight, bias, epsilon });
}

/**
 * Multi-head self-attention with its output projection (arXiv 1706.03762,
 * section 3.2.2).
 *
 * @param x [tokens, width]
 * @param name prefix of `self.{query,key,value}` and `output.dense`
 * @returns [tokens, width]
 */
export function attention(
  parameters: Parameters,
  name: string,
  x: tf.Tensor2D,
  shape: AttentionShape,
): tf.Tensor2D {
  return tf.tidy(() => {
    const maps = ["query", "key", "value"].map((part) => `${name}.self.${part}`);
    const mixed = attend(linearSideBySide(parameters, maps, x), shape);
    return linear(parameters, `${name}.output.dense`, mixed);
  });
}

/** `linear` of each name, joined along the columns; → [n, names · out]. */
function linearSideBySide(
  parameters: Parameters,
  names: readonly string[],
  x: tf.Tensor2D,
): tf.Tensor2D {
  const maps = names.map((name) => ({
    weight: parameter<tf.Tensor2D>(parameters, `${name}.weight`),
    bias: parameter<tf.Tensor1D>(parameters, `${name}.bias`),
  }));
  return tf.tidy(() => withAdapters(parameters, names, x, linearMaps(x, maps)));
}
