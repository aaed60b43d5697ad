/** @file A run of an earlier visit or of another tab, as the page shows it and words it. Pure. */

import type { StoredRun } from "../../worker/messages";
import { newRun, type Run } from "./run";
import { withCurve } from "./reduceRun";
import { batching, count } from "./words";

/** A stored run as the page shows it. Runs of this visit count from 1. */
export function storedAsRun(stored: StoredRun): Run {
  const run = withCurve(newRun(0, stored.config), stored);
  return { ...run, state: stored.ended ?? "paused" };
}

/** What there is to go on with, in a sentence or more. */
export function storedLine(stored: StoredRun, now: number): string {
  const { config, step, ended, openElsewhere, problem, savedAt } = stored;
  const what = `${batching(config)}, seed ${config.seed}`;
  const where = `step ${count(step)} of ${count(config.steps)}`;
  if (openElsewhere) {
    return `Another tab trains a run (${what}) and has saved ${where}. You can go on from there here too; this tab then saves no checkpoints of it. ${problem}`;
  }
  const saved = `saved ${ago(now - savedAt)}`;
  const sentence = ended
    ? `Your last run (${what}) ended at ${where}, ${saved}.`
    : `Your last run (${what}) was interrupted; ${where} was ${saved}.`;
  return `${sentence} ${problem}`.trim();
}

/** A time that has passed, roughly: `just now`, `5 minutes ago`. */
export function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "just now";
  const units: [number, string][] = [
    [60 * 24, "day"],
    [60, "hour"],
    [1, "minute"],
  ];
  const [size, unit] = units.find(([size]) => minutes >= size)!;
  const amount = Math.floor(minutes / size);
  return `${amount} ${unit}${amount > 1 ? "s" : ""} ago`;
}
