import type { TrainingPairs } from "../data/dataset";
import { integerBelow } from "../random";
import { drawBatches, requireLanguages, type Draw } from "./drawBatches";
import type { Batch, BatchSampler } from "./sampler";

/**
 * X-Y (arXiv 2408.10536, section 3): in every row the query and its passage
 * are in different languages, so that a batch mixes many language pairs. The
 * paper leaves the distribution open; here every ordered pair is equally likely.
 */
export const xY: BatchSampler = (data, { batchSize }, random) => {
  requireLanguages(data, 2, "x-y");
  return drawBatches(data, batchSize, random, (draw) => crossLingualBatch(data, draw));
};

export function crossLingualBatch(data: TrainingPairs, { pairs, random }: Draw): Batch {
  const { languages } = data;
  return {
    kind: "cross-lingual",
    rows: pairs.map((pair) => {
      const query = integerBelow(languages.length, random);
      // A step of 1 … L−1 around the circle of languages never comes back to the start.
      const step = 1 + integerBelow(languages.length - 1, random);
      return {
        pair,
        item: data.pairs[pair]!.item,
        queryLanguage: languages[query]!,
        passageLanguage: languages[(query + step) % languages.length]!,
      };
    }),
  };
}
