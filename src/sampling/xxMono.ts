import type { TrainingPairs } from "../data/dataset";
import { pick } from "../random";
import { drawBatches, requireLanguages, type Draw } from "./drawBatches";
import type { Batch, BatchSampler } from "./sampler";

/**
 * X-X-mono (arXiv 2408.10536, section 3): all queries and passages of a batch
 * are in one language, each language equally likely.
 */
export const xxMono: BatchSampler = (data, { batchSize }, random) => {
  requireLanguages(data, 1, "x-x-mono");
  return drawBatches(data, batchSize, random, (draw) => monolingualBatch(data, draw));
};

export function monolingualBatch(data: TrainingPairs, { pairs, random }: Draw): Batch {
  const language = pick(data.languages, random);
  return {
    kind: "monolingual",
    rows: pairs.map((pair) => ({
      pair,
      item: data.pairs[pair]!.item,
      queryLanguage: language,
      passageLanguage: language,
    })),
  };
}
