import { ascending, type Metric } from "./ranks";

/**
 * Recall at k: the share of the relevant passages among the first k.
 *
 *     recall@k = |{ i : r_i ≤ k }| / R
 *
 * As `recall_k` of trec_eval. With R > k relevant passages it stays below 1.
 */
export function recallAt(k: number): Metric {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`recall@k needs an integer k from 1 on, got ${k}`);
  }
  return (ranks) => {
    const sorted = ascending(ranks);
    return sorted.filter((rank) => rank <= k).length / sorted.length;
  };
}
