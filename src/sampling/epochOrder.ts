import type { TrainingPairs } from "../data/dataset";
import { permutation, type Random } from "../random";

/**
 * Every training pair once, in random order, in rounds that take each item at
 * most once: the first question drawn of every item, then the second, … Two
 * questions of an item so share a batch only where it straddles two rounds or
 * is larger than a round.
 */
export function epochOrder(pairs: TrainingPairs["pairs"], random: Random): number[] {
  const rounds: number[][] = [];
  const drawn = new Map<number, number>(); // item → how often it was drawn
  for (const pair of permutation(pairs.length, random)) {
    const { item } = pairs[pair]!;
    const round = drawn.get(item) ?? 0;
    drawn.set(item, round + 1);
    (rounds[round] ??= []).push(pair);
  }
  // Items with more questions tend to be drawn earlier; within a round that shall not show.
  return rounds.flatMap((round) =>
    permutation(round.length, random).map((position) => round[position]!),
  );
}
