/** @file Loss, clipping and optimizer, from the trainer's own functions. */

import { normalizeRows } from "../../encoder/pooling";
import { clippingFactor } from "../../training/clipping";
import { infoNce } from "../../training/losses/infoNce";
import { adamWUpdate } from "../../training/optimizers/adamw";
import { defineCheck } from "./check";

export const trainingChecks = [
  defineCheck({
    name: "InfoNCE, both ways",
    inputs: (draw, { rows, width }) => ({
      queries: draw.matrix(rows, width),
      passages: draw.matrix(rows, width),
    }),
    compute: ({ queries, passages }, { rows }) => {
      // The first two rows are of one item, and no negatives of each other.
      const items = Array.from({ length: rows }, (_, row) => Math.max(1, row));
      const options = { temperature: 0.1, symmetric: true };
      return infoNce(normalizeRows(queries), normalizeRows(passages), items, options);
    },
    gradientBy: ["queries", "passages"],
  }),

  defineCheck({
    name: "clipping of the gradients",
    inputs: (draw, { width, inner }) => ({
      weight: draw.matrix(inner, width),
      bias: draw.vector(inner),
    }),
    compute: ({ weight, bias }) => clippingFactor([weight, bias], 1),
  }),

  defineCheck({
    name: "AdamW step",
    inputs: (draw, { width, inner }) => ({
      parameter: draw.matrix(inner, width),
      gradient: draw.matrix(inner, width),
      first: draw.matrix(inner, width),
      second: draw.positive(inner, width),
    }),
    compute: ({ parameter, gradient, first, second }) => {
      const options = { step: 3, learningRate: 0.01, weightDecay: 0.01 };
      const updated = adamWUpdate(parameter, gradient, { first, second }, options);
      return [updated.parameter, updated.moments.first, updated.moments.second];
    },
  }),
];
