/** @file Cells of the language matrix: value, colour strength and words. Pure. */

import type { Scores } from "../../metrics/scores";
import { difference, fraction } from "../state/words";

export interface MatrixCell {
  query: string;
  passage: string;
  /** What is printed. */
  text: string;
  kind: "mono" | "cross" | "rise" | "fall";
  /** Strength of the colour, in [0, 1]. */
  strength: number;
  /** mAP now, and its change since the start of the run. */
  value: number;
  change: number;
}

export interface MatrixRow {
  language: string;
  cells: MatrixCell[];
}

/** Rows of query languages; `change` colours by the difference to `start`, else by the value. */
export function matrixRows(now: Scores, start: Scores, change: boolean): MatrixRow[] {
  const at = (scores: Scores, query: string, passage: string): number =>
    scores.pairs[scores.languages.indexOf(query)]?.[scores.languages.indexOf(passage)] ?? 0;
  const changes = now.languages.flatMap((query) =>
    now.languages.map((passage) => Math.abs(at(now, query, passage) - at(start, query, passage))),
  );
  // Small changes stay pale: full colour stands for at least .05.
  const largest = Math.max(0.05, ...changes);
  const cell = (query: string, passage: string): MatrixCell => {
    const value = at(now, query, passage);
    const moved = value - at(start, query, passage);
    const shared = { query, passage, value, change: moved };
    if (!change) {
      const kind = query === passage ? "mono" : "cross";
      return { ...shared, kind, text: fraction(value, 2), strength: value };
    }
    const kind = moved >= 0 ? "rise" : "fall";
    return { ...shared, kind, text: difference(moved, 2), strength: Math.abs(moved) / largest };
  };
  return now.languages.map((language) => ({
    language,
    cells: now.languages.map((passage) => cell(language, passage)),
  }));
}
