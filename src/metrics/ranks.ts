/**
 * The ranks of all relevant passages of one query in the full ranking: from 1,
 * all different, in any order. Every metric follows from them.
 */
export type Ranks = ArrayLike<number>;

/** A metric of one query, in [0, 1]; means over queries are taken elsewhere. */
export type Metric = (ranks: Ranks) => number;

/**
 * The rank of a passage among all, by similarity: 1 + the passages that score
 * higher + those that score the same and come earlier. Counts, does not sort.
 */
export function rankOf(similarities: ArrayLike<number>, passage: number): number {
  const own = similarities[passage];
  if (own === undefined) {
    throw new RangeError(`passage ${passage} is not in 0 … ${similarities.length - 1}`);
  }
  let rank = 1;
  for (let other = 0; other < similarities.length; other++) {
    const similarity = similarities[other]!;
    if (similarity > own || (similarity === own && other < passage)) rank++;
    else if (Number.isNaN(similarity)) {
      throw new RangeError(
        `the similarity of passage ${other} is NaN; the encoder has diverged, lower the learning rate`,
      );
    }
  }
  return rank;
}

/** The ranks in ascending order; refuses a query without any, and ranks that cannot be. */
export function ascending(ranks: Ranks): Float64Array {
  const sorted = Float64Array.from(ranks).sort();
  if (sorted.length === 0) throw new RangeError("a query needs at least 1 relevant passage, got 0");
  for (const [index, rank] of sorted.entries()) {
    if (!Number.isInteger(rank) || rank < 1 || rank === sorted[index - 1]) {
      throw new RangeError(
        `ranks are different integers from 1 on, got ${Array.from(ranks).join(", ")}`,
      );
    }
  }
  return sorted;
}
