/** @file Shapes runs into the columns that the charts and the data table share. Pure. */

import type { Run } from "../state/run";
import { settings, type Metric, type Setting } from "../state/words";

/** One value a step; null where there is none. */
export type Column = (number | null)[];

/** The curves of one run. */
export type RunColumns = Record<Setting | "loss", Column>;

/** Two runs over the same steps. */
export interface Curves {
  steps: number[];
  present: RunColumns;
  /** All null when no run is kept. */
  kept: RunColumns;
}

/** Columns of the present and the kept run over the union of their steps, in order. */
export function curves(present: Run | undefined, kept: Run | undefined, metric: Metric): Curves {
  const all = new Set<number>();
  for (const run of [present, kept]) {
    for (const { step } of run?.evaluations ?? []) all.add(step);
    for (const step of run?.lossSteps ?? []) all.add(step);
  }
  const steps = [...all].sort((a, b) => a - b);
  return { steps, present: columns(present, steps, metric), kept: columns(kept, steps, metric) };
}

function columns(run: Run | undefined, steps: readonly number[], metric: Metric): RunColumns {
  const scored = new Map(run?.evaluations.map(({ step, scores }) => [step, scores]));
  const losses = new Map(run?.lossSteps.map((step, index) => [step, run.losses[index]]));
  const column = (setting: Setting): Column =>
    steps.map((step) => scored.get(step)?.[setting][metric] ?? null);
  return {
    mono: column("mono"),
    cross: column("cross"),
    multi: column("multi"),
    loss: steps.map((step) => losses.get(step) ?? null),
  };
}

/** Limits for scores: what is there and some air, at least 0.1 apart, within [0, 1]. */
export function scoreRange(list: readonly Column[]): [number, number] {
  const [low, high] = extent(list) ?? [0, 1];
  const air = Math.max((high - low) * 0.12, (0.1 - (high - low)) / 2, 0.01);
  return [Math.max(0, low - air), Math.min(1, high + air)];
}

/** Limits for losses: from zero to a little above the highest. */
export function lossRange(list: readonly Column[]): [number, number] {
  const [, high] = extent(list) ?? [0, 1];
  return [0, Math.max(high * 1.08, 1e-3)];
}

function extent(list: readonly Column[]): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const column of list) {
    for (const value of column) {
      if (value === null || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** Index of the last value of a column; −1 if it is empty. */
export function lastIndex(column: Column): number {
  return column.findLastIndex((value) => value !== null);
}

/**
 * Moves labels apart, keeping their order: returns positions at least `gap` from
 * each other, as near to the given ones as one pass down and one up can do.
 */
export function spread(positions: readonly number[], gap: number, limit: number): number[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!);
  const placed = [...positions];
  let lowest = -Infinity;
  for (const index of order) {
    placed[index] = Math.max(placed[index]!, lowest + gap);
    lowest = placed[index]!;
  }
  let highest = limit + gap;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index]!, highest - gap);
    highest = placed[index]!;
  }
  return placed;
}

/** What the legend line says about one place on the x axis. */
export interface Readout {
  step: number;
  loss: number | null;
  keptLoss: number | null;
  /** The nearest scored step, the earlier of two. */
  scored: ScoredStep | undefined;
  keptScored: ScoredStep | undefined;
}

export interface ScoredStep {
  step: number;
  scores: Record<Setting, number>;
}

/** The values at an index of `steps`; without one, the newest of each. */
export function readout(
  { steps, present, kept }: Curves,
  index: number | null,
): Readout | undefined {
  const at = index ?? Math.max(lastIndex(present.loss), lastIndex(present.mono));
  const step = steps[at];
  if (step === undefined) return undefined;
  return {
    step,
    loss: present.loss[at] ?? null,
    keptLoss: kept.loss[at] ?? null,
    scored: nearestScored(steps, present, step),
    keptScored: nearestScored(steps, kept, step),
  };
}

function nearestScored(
  steps: readonly number[],
  run: RunColumns,
  step: number,
): ScoredStep | undefined {
  let best: number | undefined;
  for (const [index, other] of steps.entries()) {
    if (run.mono[index] === null) continue;
    if (best === undefined || Math.abs(other - step) < Math.abs(steps[best]! - step)) best = index;
  }
  if (best === undefined) return undefined;
  const at = best;
  const values = settings.map((setting) => [setting, run[setting][at] ?? 0] as const);
  return { step: steps[at]!, scores: Object.fromEntries(values) as Record<Setting, number> };
}
