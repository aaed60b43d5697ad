import { pick } from "../random";
import { drawBatches, requireLanguages } from "./drawBatches";
import type { BatchSampler } from "./sampler";

/**
 * X-X (LAReQA, arXiv 2004.05484): the query and the passage of a row
 * share a language, but a batch mixes languages. The control that shows the
 * shortcut: most negatives can be told by their language alone.
 */
export const xX: BatchSampler = (data, { batchSize }, random) => {
  requireLanguages(data, 1, "x-x");
  return drawBatches(data, batchSize, random, (draw) => ({
    kind: "same-language rows",
    rows: draw.pairs.map((pair) => {
      const language = pick(data.languages, draw.random);
      const { item } = data.pairs[pair]!;
      return { pair, item, queryLanguage: language, passageLanguage: language };
    }),
  }));
};
