import { drawBatches, requireLanguages } from "./drawBatches";
import type { BatchSampler } from "./sampler";
import { monolingualBatch } from "./xxMono";
import { crossLingualBatch } from "./xY";

/**
 * Hybrid (arXiv 2408.10536, section 3): a whole batch is monolingual with
 * probability α, else cross-lingual. α = 1 is X-X-mono, α = 0 is X-Y. α is read
 * for each batch and may move; the pairs and their order do not depend on it.
 */
export const hybrid: BatchSampler = (data, { batchSize, alpha }, random) => {
  requireLanguages(data, 2, "hybrid");
  const monolingualShare = (): number => {
    const share = alpha();
    if (share >= 0 && share <= 1) return share;
    throw new RangeError(`alpha is a probability from 0 to 1, got ${share}`);
  };
  monolingualShare(); // A wrong α is refused here and not only at the first batch.
  return drawBatches(data, batchSize, random, (draw) =>
    draw.kind < monolingualShare() ? monolingualBatch(data, draw) : crossLingualBatch(data, draw),
  );
};
