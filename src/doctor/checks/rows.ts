/** @file Our own kernels. They move numbers or add them in a fixed order, so little may differ. */

import { expandRows, gatherRows, scatterRows, sumSegments } from "../../encoder/kernels/rows";
import { integerBelow, permutation, type Random } from "../../random";
import { type CheckSizes, defineCheck } from "./check";

export const rowChecks = [
  defineCheck({
    name: "GatherRows",
    inputs: (draw, { vocabulary, width, rows, length }) => ({
      table: draw.matrix(vocabulary, width),
      indices: draw.ids(rows * length, vocabulary),
    }),
    compute: ({ table, indices }) => gatherRows(table, indices),
    tolerance: 0,
  }),

  defineCheck({
    name: "ScatterRows",
    inputs: (draw, { vocabulary, width, length }) => ({
      table: draw.matrix(vocabulary, width),
      indices: draw.whole(permutation(vocabulary, draw.random).slice(0, length)),
      rows: draw.matrix(length, width),
    }),
    compute: ({ table, indices, rows }) => {
      scatterRows(table, indices, rows);
      return table;
    },
    tolerance: 0,
  }),

  defineCheck({
    name: "SumSegments",
    inputs: (draw, sizes) => {
      const { order, starts } = segments(sizes, draw.random);
      return {
        values: draw.matrix(sizes.rows * sizes.length, sizes.width),
        order: draw.whole(order),
        starts: draw.whole(starts),
      };
    },
    compute: ({ values, order, starts }) => sumSegments(values, { order, starts }),
    tolerance: 1e-6,
  }),

  defineCheck({
    name: "GatherRows with its gradient",
    inputs: (draw, sizes) => {
      const { distinct, indices, order, starts } = segments(sizes, draw.random);
      return {
        rows: draw.matrix(distinct, sizes.width),
        indices: draw.whole(indices),
        order: draw.whole(order),
        starts: draw.whole(starts),
      };
    },
    compute: ({ rows, indices, order, starts }) => expandRows(rows, indices, { order, starts }),
    gradientBy: ["rows"],
    tolerance: 1e-6,
  }),
];

/** Which of some distinct rows each token holds, and where each row's tokens are. */
function segments({ rows, length }: CheckSizes, random: Random) {
  const tokens = rows * length;
  const distinct = Math.ceil(tokens / 3);
  const indices = Array.from({ length: tokens }, () => integerBelow(distinct, random));
  const positions = Array.from({ length: distinct }, (_, row) =>
    [...indices.keys()].filter((position) => indices[position] === row),
  );
  const starts = [0];
  for (const { length: count } of positions) starts.push(starts.at(-1)! + count);
  return { distinct, indices, order: positions.flat(), starts };
}
