/** @file What the result lists say besides the texts: which hits belong together, how ranks moved. Pure. */

import type { Hit } from "../../worker/messages";

/** Queries to begin with, one click away; each is answered by an item that training never sees. */
export const exampleQueries: { language: string; text: string }[] = [
  { language: "es", text: "¿Qué ave encuentra gusanos por el olfato?" },
  { language: "en", text: "Which herbal tea has no caffeine?" },
  { language: "ar", text: "ما أصغر عظمة في الجسم؟" },
  { language: "hi", text: "सबसे बड़ा फूल कौन सा है?" },
  { language: "zh", text: "从撒哈拉吹来的热风叫什么？" },
  { language: "th", text: "ปลาชนิดใดใหญ่ที่สุดในโลก" },
];

const marks = ["●", "▲", "■"] as const;
export type ItemMark = (typeof marks)[number];

/**
 * A mark for each item that is found in more than one language, or in both
 * lists; the item ranked first now comes first. At most three.
 */
export function itemMarks(before: readonly Hit[], now: readonly Hit[]): Map<string, ItemMark> {
  const counts = new Map<string, number>();
  for (const { itemId } of [...now, ...before]) counts.set(itemId, (counts.get(itemId) ?? 0) + 1);
  const repeated = [...counts].filter(([, count]) => count > 1).map(([itemId]) => itemId);
  return new Map(
    marks.flatMap((mark, index) => (repeated[index] ? [[repeated[index], mark]] : [])),
  );
}

/** How a hit of the present ranking moved. */
export type Move = { sign: "up" | "down"; ranks: number } | { sign: "same" } | { sign: "new" };

/** `new`: it was not among the first `limit` before. */
export function moveOf({ rank, otherRank }: Hit, limit: number): Move {
  if (otherRank > limit) return { sign: "new" };
  if (otherRank === rank) return { sign: "same" };
  return otherRank > rank
    ? { sign: "up", ranks: otherRank - rank }
    : { sign: "down", ranks: rank - otherRank };
}

/** A move as a short sign: `↑3`, `↓2`, `=`, `new`. */
export function moveSign(move: Move): string {
  if (move.sign === "same") return "=";
  if (move.sign === "new") return "new";
  return (move.sign === "up" ? "↑" : "↓") + move.ranks;
}
