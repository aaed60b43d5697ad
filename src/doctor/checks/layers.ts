/** @file The layers of the encoder, from its own functions. */

import * as tf from "@tensorflow/tfjs-core";
import { addLayerNorm, attention, gelu, linear } from "../../encoder/layers";
import { meanPooling, normalizeRows } from "../../encoder/pooling";
import { type CheckSizes, defineCheck } from "./check";
import type { Draw } from "./inputs";

export const layerChecks = [
  defineCheck({
    name: "linear",
    inputs: (draw, { rows, length, width, inner }) => ({
      x: draw.matrix(rows * length, width),
      weight: draw.matrix(inner, width),
      bias: draw.vector(inner),
    }),
    compute: ({ x, weight, bias }) =>
      linear(
        new Map<string, tf.Tensor>([
          ["l.weight", weight],
          ["l.bias", bias],
        ]),
        "l",
        x,
      ),
    gradientBy: ["x", "weight", "bias"],
  }),

  defineCheck({
    name: "softmax",
    inputs: (draw, { rows, length, heads }) => ({
      logits: draw.tensor<tf.Tensor4D>([rows, heads, length, length], 4),
    }),
    compute: ({ logits }) => tf.softmax(logits),
    gradientBy: ["logits"],
  }),

  defineCheck({
    name: "GELU with erf",
    inputs: (draw, { rows, length, inner }) => ({ x: draw.matrix(rows * length, inner, 4) }),
    compute: ({ x }) => gelu(x),
    gradientBy: ["x"],
  }),

  defineCheck({
    name: "layer normalisation of a sum",
    inputs: (draw, { rows, length, width }) => ({
      x: draw.matrix(rows * length, width),
      // One for all rows, as position embeddings are.
      residual: draw.matrix(length, width),
      weight: draw.vector(width),
      bias: draw.vector(width),
    }),
    compute: ({ x, residual, weight, bias }) =>
      addLayerNorm(
        new Map<string, tf.Tensor>([
          ["n.weight", weight],
          ["n.bias", bias],
        ]),
        "n",
        x,
        { residual, epsilon: 1e-12 },
      ),
    gradientBy: ["x", "residual", "weight", "bias"],
  }),

  defineCheck({
    name: "attention with padding",
    inputs: attentionInputs,
    compute: ({ x, bias, ...parameters }, { rows, length, heads }) =>
      attention(new Map(Object.entries(parameters)), "a", x, {
        heads,
        batches: [{ rows, length, bias }],
      }),
    gradientBy: [
      "x",
      "a.self.query.weight",
      "a.self.key.weight",
      "a.self.value.weight",
      "a.output.dense.weight",
      "a.output.dense.bias",
    ],
  }),

  defineCheck({
    name: "mean pooling with padding",
    inputs: (draw, { rows, length, width }) => ({
      states: draw.tensor<tf.Tensor3D>([rows, length, width]),
      mask: draw.mask(rows, length),
    }),
    compute: ({ states, mask }) => meanPooling(states, mask),
    gradientBy: ["states"],
  }),

  defineCheck({
    name: "L2 normalisation",
    inputs: (draw, { rows, width }) => ({ embeddings: draw.matrix(rows, width) }),
    compute: ({ embeddings }) => normalizeRows(embeddings),
    gradientBy: ["embeddings"],
  }),
];

function attentionInputs(draw: Draw, { rows, length, width }: CheckSizes) {
  // As an initialised encoder has them, so that no softmax is all but one-hot.
  const weight = () => draw.matrix(width, width, 1 / Math.sqrt(width));
  return {
    x: draw.matrix(rows * length, width),
    bias: draw.paddingBias(rows, length),
    "a.self.query.weight": weight(),
    "a.self.query.bias": draw.vector(width),
    "a.self.key.weight": weight(),
    "a.self.key.bias": draw.vector(width),
    "a.self.value.weight": weight(),
    "a.self.value.bias": draw.vector(width),
    "a.output.dense.weight": weight(),
    "a.output.dense.bias": draw.vector(width),
  };
}
