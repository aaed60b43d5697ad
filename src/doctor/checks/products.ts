/** @file Products of matrices, in every form that a step and its gradients use. */

import * as tf from "@tensorflow/tfjs-core";
import { defineCheck } from "./check";

export const productChecks = [
  defineCheck({
    name: "matMul a·b",
    inputs: (draw, { rows, length, width, inner }) => ({
      a: draw.matrix(rows * length, inner),
      b: draw.matrix(inner, width),
    }),
    compute: ({ a, b }) => tf.matMul(a, b),
    gradientBy: ["a", "b"],
  }),

  defineCheck({
    name: "matMul a·bᵀ",
    inputs: (draw, { rows, length, width, inner }) => ({
      a: draw.matrix(rows * length, width),
      b: draw.matrix(inner, width),
    }),
    compute: ({ a, b }) => tf.matMul(a, b, false, true),
    gradientBy: ["a", "b"],
  }),

  defineCheck({
    name: "matMul aᵀ·b over a batch's tokens",
    inputs: (draw, { batchTokens, width }) => ({
      a: draw.matrix(batchTokens, width),
      b: draw.matrix(batchTokens, width),
    }),
    compute: ({ a, b }) => tf.matMul(a, b, true, false),
  }),

  defineCheck({
    name: "matMul a·bᵀ, a batch of heads",
    inputs: (draw, { rows, length, width, heads }) => ({
      query: draw.tensor<tf.Tensor4D>([rows, heads, length, width / heads]),
      key: draw.tensor<tf.Tensor4D>([rows, heads, length, width / heads]),
    }),
    compute: ({ query, key }) => tf.matMul(query, key, false, true),
    gradientBy: ["query", "key"],
  }),

  defineCheck({
    name: "matMul a·b, a batch of heads",
    inputs: (draw, { rows, length, width, heads }) => ({
      shares: draw.tensor<tf.Tensor4D>([rows, heads, length, length]),
      value: draw.tensor<tf.Tensor4D>([rows, heads, length, width / heads]),
    }),
    compute: ({ shares, value }) => tf.matMul(shares, value),
    gradientBy: ["shares", "value"],
  }),
];
