import { ascending, type Ranks } from "./ranks";

/**
 * Rank distance of one query in the pool of all languages: how far apart the
 * translations of its passage are ranked, in ranks; 0 with a single one.
 *
 *     RD = max r_i − min r_i
 *
 * Huang et al., SIGIR 2023 (KD-SPD); arXiv 2408.10536, section 4.
 */
export function rankDistance(ranks: Ranks): number {
  const sorted = ascending(ranks);
  return sorted.at(-1)! - sorted[0]!;
}

/**
 * The mean rank distance of random rankings: the expected range of `relevant`
 * draws without replacement from 1 … `poolSize`.
 *
 *     E[RD] = (N + 1)(R − 1) / (R + 1)
 *
 * The expected i-th of R ordered draws is i (N + 1)/(R + 1); the range is the last minus the first.
 */
export function expectedRankDistance(poolSize: number, relevant: number): number {
  if (relevant < 1 || relevant > poolSize) {
    throw new RangeError(`${relevant} relevant passages do not fit a pool of ${poolSize}`);
  }
  return ((poolSize + 1) * (relevant - 1)) / (relevant + 1);
}

/**
 * A rank distance on a scale that does not depend on the pool: 0 is the
 * smallest possible, R − 1, and 1 is what random rankings give.
 *
 *     (RD − (R − 1)) / (E[RD] − (R − 1))
 *
 * Where only one distance is possible (R = 1 or R = N) it is 0. It is linear in
 * RD, so that means may be normalised in place of their terms.
 */
export function normalisedRankDistance(
  distance: number,
  poolSize: number,
  relevant: number,
): number {
  const smallest = relevant - 1;
  const spread = expectedRankDistance(poolSize, relevant) - smallest;
  return spread === 0 ? 0 : (distance - smallest) / spread;
}
