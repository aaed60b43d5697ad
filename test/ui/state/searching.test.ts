import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exampleQueries, itemMarks, moveOf, moveSign } from "../../../src/ui/state/searching";
import type { Hit } from "../../../src/worker/messages";

const hit = (itemId: string, rank: number, otherRank = rank): Hit => ({
  passage: rank,
  itemId,
  language: "en",
  text: "",
  similarity: 0,
  rank,
  otherRank,
});

it("marks items that come more than once, the first ranked first", () => {
  const now = [hit("ship", 1), hit("ship", 2), hit("moth", 3)];
  const before = [hit("moth", 1), hit("brass", 2)];
  expect([...itemMarks(before, now)]).toEqual([
    ["ship", "●"],
    ["moth", "▲"],
  ]);
  expect(itemMarks([], [])).toEqual(new Map());
});

it.each([
  [3, 6, "↑3"],
  [4, 2, "↓2"],
  [1, 1, "="],
  [2, 11, "new"],
])("writes rank %i, before %i, as %s", (rank, before, sign) => {
  expect(moveSign(moveOf(hit("ship", rank, before), 10))).toBe(sign);
});

describe("the example queries", () => {
  const corpus = new URL("../../../public/corpus/", import.meta.url);
  const read = (file: string): string => readFileSync(new URL(file, corpus), "utf8");
  const { splits } = JSON.parse(read("splits.json")) as { splits: { test: string[] } };

  it.each(exampleQueries)("$language: $text", ({ language, text, itemId }) => {
    expect(splits.test).toContain(itemId);
    const items = read(`${language}.jsonl`).trim().split("\n");
    const item = items.find((line) => (JSON.parse(line) as { id: string }).id === itemId);
    expect(item).toBeDefined();
    // In its own words: no question of the corpus.
    expect(items.join("\n")).not.toContain(text);
  });
});
