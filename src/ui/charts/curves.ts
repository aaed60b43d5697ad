/** @file Shapes runs into the columns that the charts and the data table share. Pure. */

import type { BatchKind, Run } from "../state/run";
import { batchKinds, settings, type Metric, type Setting } from "../state/words";

/** One value a step; null where there is none. */
export type Column = (number | null)[];

/** The curves of one run; a loss stands in the column of its batch's kind. */
export type RunColumns = Record<Setting, Column> & { losses: Record<BatchKind, Column> };

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
  const known = new Map(run?.lossSteps.map((step, index) => [step, index]));
  const column = (setting: Setting): Column =>
    steps.map((step) => scored.get(step)?.[setting][metric] ?? null);
  return {
    mono: column("mono"),
    cross: column("cross"),
    multi: column("multi"),
    losses: byKind((kind) =>
      steps.map((step) => {
        const index = known.get(step);
        if (index === undefined || run?.kinds[index] !== kind) return null;
        return run.losses[index] ?? null;
      }),
    ),
  };
}

function byKind(column: (kind: BatchKind) => Column): Record<BatchKind, Column> {
  const entries = batchKinds.map((kind) => [kind, column(kind)] as const);
  return Object.fromEntries(entries) as Record<BatchKind, Column>;
}

/** A column as differences to its first value. */
export function changes(column: Column): Column {
  const first = column.find((value) => value !== null) ?? 0;
  return column.map((value) => (value === null ? null : value - first));
}

/** Limits for scores: what is there and some air, at least .02 apart, within [0, 1]. */
export function scoreRange(list: readonly Column[]): [number, number] {
  const [low, high] = withAir(extent(list) ?? [0, 1]);
  return [Math.max(0, low), Math.min(1, high)];
}

/** The same for differences; no difference is always in sight. */
export function changeRange(list: readonly Column[]): [number, number] {
  return withAir(extent([...list, [0]]) ?? [0, 0]);
}

/** Widens limits by a tenth, or until they are .02 apart. */
function withAir([low, high]: [number, number]): [number, number] {
  const air = Math.max((high - low) * 0.1, (0.02 - (high - low)) / 2);
  return [low - air, high + air];
}

/** Limits for losses, on whole halves: they move rarely, and ticks stand at both ends. */
export function lossRange(list: readonly Column[]): [number, number] {
  const [low, high] = extent(list) ?? [0, 1];
  const from = Math.floor(low * 2) / 2;
  return [from, Math.max(from + 0.5, Math.ceil(high * 2) / 2)];
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
  loss: KnownLoss | undefined;
  keptLoss: KnownLoss | undefined;
  /** The nearest scored step, the earlier of two. */
  scored: ScoredStep | undefined;
  keptScored: ScoredStep | undefined;
}

export interface KnownLoss {
  value: number;
  kind: BatchKind;
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
  const all = [present.mono, ...batchKinds.map((kind) => present.losses[kind])];
  const at = index ?? Math.max(...all.map(lastIndex));
  const step = steps[at];
  if (step === undefined) return undefined;
  return {
    step,
    loss: lossAt(present, at),
    keptLoss: lossAt(kept, at),
    scored: nearestScored(steps, present, step),
    keptScored: nearestScored(steps, kept, step),
  };
}

/** The loss at an index of the steps, and what kind of batch it is of. */
export function lossAt({ losses }: RunColumns, index: number): KnownLoss | undefined {
  for (const kind of batchKinds) {
    const value = losses[kind][index];
    if (typeof value === "number") return { value, kind };
  }
  return undefined;
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
