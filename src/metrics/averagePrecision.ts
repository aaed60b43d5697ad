import { ascending, type Ranks } from "./ranks";

/**
 * Average precision over the full ranking: the mean, over the relevant
 * passages, of the precision at the rank of each.
 *
 *     AP = 1/R · Σ_{i=1…R} i / r_i        r_1 < r_2 < … the ranks of the R relevant passages
 *
 * As `map` of trec_eval (Buckley and Voorhees 2005). With one relevant passage it is 1 / r_1.
 */
export function averagePrecision(ranks: Ranks): number {
  const sorted = ascending(ranks);
  const precisions = sorted.map((rank, index) => (index + 1) / rank);
  return precisions.reduce((sum, precision) => sum + precision, 0) / sorted.length;
}
