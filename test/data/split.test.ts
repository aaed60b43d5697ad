import { expect, test } from "vitest";
import { splitItems, themeOf, type SplitIds } from "../../src/data/split";
import { createRandom } from "../../src/random";

const themes = ["animals", "cities", "food", "music", "plants", "sea", "sky", "tools"];
const ids = themes.flatMap((theme) =>
  Array.from({ length: 30 }, (_, index) => `${theme}-${String(index + 1).padStart(2, "0")}`),
);
// Pairs in each theme, a triple that chains two of them, and a pair across themes.
const groups = [
  ...themes.flatMap((theme) => [
    [`${theme}-01`, `${theme}-02`],
    [`${theme}-03`, `${theme}-04`],
    [`${theme}-10`, `${theme}-20`, `${theme}-30`],
  ]),
  ["food-02", "food-05"],
  ["sea-07", "sky-07"],
];
const shares = { train: 160, dev: 30, test: 50 };

const sideOf = (split: SplitIds, id: string) =>
  (["train", "dev", "test"] as const).filter((side) => split[side].includes(id)).join();

test("over 50 seeds: exact sizes, each item once, groups together, themes in proportion", () => {
  for (let seed = 0; seed < 50; seed++) {
    const split = splitItems(ids, groups, shares, createRandom(seed));
    expect([split.train.length, split.dev.length, split.test.length]).toEqual([160, 30, 50]);
    expect(Object.values(split).flat().toSorted()).toEqual(ids.toSorted());
    for (const group of groups) {
      expect(new Set(group.map((id) => sideOf(split, id))).size).toBe(1);
    }
    for (const theme of themes) {
      const count = (side: string[]) => side.filter((id) => themeOf(id) === theme).length;
      // 30 · (160, 30, 50)/240 = 20, 3.75, 6.25; a group may overshoot by more than one.
      expect(Math.abs(count(split.train) - 20)).toBeLessThanOrEqual(4);
      expect(Math.abs(count(split.dev) - 3.75)).toBeLessThanOrEqual(3);
      expect(Math.abs(count(split.test) - 6.25)).toBeLessThanOrEqual(3);
    }
  }
});

test("without groups every theme is less than two from its share", () => {
  for (let seed = 0; seed < 50; seed++) {
    const split = splitItems(ids, [], shares, createRandom(seed));
    for (const theme of themes) {
      const count = (side: string[]) => side.filter((id) => themeOf(id) === theme).length;
      expect(Math.abs(count(split.dev) - 3.75)).toBeLessThan(2);
      expect(Math.abs(count(split.test) - 6.25)).toBeLessThan(2);
    }
  }
});

test("groups come to every side", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 10; seed++) {
    const split = splitItems(ids, groups, shares, createRandom(seed));
    for (const [first] of groups) seen.add(sideOf(split, first!));
  }
  expect([...seen].toSorted()).toEqual(["dev", "test", "train"]);
});

test("the same seed gives the same split, another seed another", () => {
  const split = splitItems(ids, groups, shares, createRandom(1));
  expect(splitItems(ids, groups, shares, createRandom(1))).toEqual(split);
  expect(splitItems(ids, groups, shares, createRandom(2))).not.toEqual(split);
});

test("shares may be proportions; sizes go by largest remainder and keep the order of ids", () => {
  const few = ["a-1", "a-2", "a-3", "b-1", "b-2", "b-3", "b-4"];
  const split = splitItems(few, [], { train: 0.5, dev: 0.25, test: 0.25 }, createRandom(1));
  // 3.5, 1.75, 1.75: the two larger remainders round up.
  expect([split.train.length, split.dev.length, split.test.length]).toEqual([3, 2, 2]);
  for (const side of Object.values(split)) expect(side).toEqual(side.toSorted());
});

test("where groups do not permit exact sizes, they stay whole", () => {
  const pairs = [
    ["a-1", "a-2"],
    ["a-3", "a-4"],
  ];
  const split = splitItems(pairs.flat(), pairs, { train: 1, dev: 1, test: 2 }, createRandom(1));
  for (const pair of pairs) expect(new Set(pair.map((id) => sideOf(split, id))).size).toBe(1);
});

test("refuses repeated ids, unknown ids in groups, and shares that are none", () => {
  const split = (list: string[], group: string[], train: number) => () =>
    splitItems(list, [group], { train, dev: 0, test: 0 }, createRandom(1));
  expect(split(["a-1", "a-1"], [], 1)).toThrow("an item id occurs twice");
  expect(split(["a-1"], ["z-9"], 1)).toThrow("z-9 of a group is not an item");
  expect(split(["a-1"], [], 0)).toThrow(RangeError);
  expect(split(["a-1"], [], -1)).toThrow('got {"train":-1,"dev":0,"test":0}');
});
