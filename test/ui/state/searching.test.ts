import { expect, it } from "vitest";
import { itemMarks, moveOf, moveSign } from "../../../src/ui/state/searching";
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
