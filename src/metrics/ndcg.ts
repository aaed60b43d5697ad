import { ascending, type Metric } from "./ranks";

/**
 * Normalised discounted cumulative gain at k, with binary relevance:
 *
 *     nDCG@k = Σ_{r_i ≤ k} 1/log2(r_i + 1)  /  Σ_{i=1…min(R,k)} 1/log2(i + 1)
 *
 * Järvelin and Kekäläinen 2002, with the discount of `ndcg_cut_k` of trec_eval.
 */
export function ndcgAt(k: number): Metric {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`nDCG@k needs an integer k from 1 on, got ${k}`);
  }
  return (ranks) => {
    const sorted = ascending(ranks);
    let gain = 0;
    let ideal = 0;
    for (const [index, rank] of sorted.entries()) {
      if (rank <= k) gain += 1 / Math.log2(rank + 1);
      if (index < k) ideal += 1 / Math.log2(index + 2);
    }
    return gain / ideal;
  };
}
