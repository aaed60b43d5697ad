import { ascending, type Ranks } from "./ranks";

/**
 * Reciprocal rank of the best ranked relevant passage: RR = 1 / min r_i. Its
 * mean over queries is MRR; as `recip_rank` of trec_eval (Voorhees 1999).
 */
export function reciprocalRank(ranks: Ranks): number {
  return 1 / ascending(ranks)[0]!;
}
