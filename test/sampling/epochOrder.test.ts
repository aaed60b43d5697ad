import { expect, test } from "vitest";
import { createRandom } from "../../src/random";
import { epochOrder } from "../../src/sampling/epochOrder";
import { tinyPairs } from "./tinyPairs";

test("each pair once, in rounds that take an item at most once", () => {
  for (let seed = 0; seed < 50; seed++) {
    const counts = [3, 1, 2, 2, 3, 2]; // questions of the six items
    const { pairs } = tinyPairs(counts, ["en"]);
    const order = epochOrder(pairs, createRandom(seed));
    expect(order.toSorted((a, b) => a - b)).toEqual(pairs.map((_, pair) => pair));
    const items = order.map((pair) => pairs[pair]!.item);
    // Six items have a first question, five a second, two a third.
    for (const round of [items.slice(0, 6), items.slice(6, 11), items.slice(11)]) {
      expect(new Set(round).size).toBe(round.length);
    }
  }
});

test("any question of an item may come first, and any item", () => {
  const { pairs } = tinyPairs([2, 2, 2], ["en"]);
  const firsts = new Set<number>();
  for (let seed = 0; seed < 100; seed++) firsts.add(epochOrder(pairs, createRandom(seed))[0]!);
  expect(firsts.size).toBe(6);
});
