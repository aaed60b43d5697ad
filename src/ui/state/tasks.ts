/** @file Progress of what takes long, as plain data; time comes in as `now`, in milliseconds. */

import type { Task } from "../../worker/messages";

/** A task that has begun and not ended. */
export interface TaskProgress {
  task: Task;
  done: number;
  total: number;
  /** When the first report came, and how much was done by then. */
  startedAt: number;
  startedFrom: number;
}

/** Tasks shorter than this are not worth a flicker; milliseconds. */
const shortest = 500;

/** The tasks after one report; a task that is done leaves the list. */
export function advance(
  tasks: readonly TaskProgress[],
  report: { task: Task; done: number; total: number },
  now: number,
): readonly TaskProgress[] {
  const known = tasks.find(({ task }) => task === report.task);
  const others = tasks.filter(({ task }) => task !== report.task);
  if (report.done >= report.total) return others.length === tasks.length ? tasks : others;
  const startedAt = known?.startedAt ?? now;
  const startedFrom = known?.startedFrom ?? report.done;
  const { task, done, total } = report;
  return [...others, { task, done, total, startedAt, startedFrom }];
}

/** The tasks that have lasted long enough to be shown. */
export function lasting(tasks: readonly TaskProgress[], now: number): TaskProgress[] {
  return tasks.filter(({ startedAt }) => now - startedAt > shortest);
}

/** Seconds that are left at the speed so far; undefined until there is a speed. */
export function secondsLeft(progress: TaskProgress, now: number): number | undefined {
  const gained = progress.done - progress.startedFrom;
  if (gained <= 0) return undefined;
  const perUnit = (now - progress.startedAt) / gained;
  return (perUnit * (progress.total - progress.done)) / 1000;
}
