/** @file How the worker tells the page what happens. */

import { type SerializedError, type Task, type WorkerEvent } from "./messages";

/** Progress is told at most this often; a task's start and end always. */
const millisecondsBetweenProgress = 50;

export interface Report {
  post(event: WorkerEvent): void;
  progress(task: Task, done: number, total: number): void;
  /** `progress` with the task filled in. */
  task(task: Task): (done: number, total: number) => void;
  failed(scope: "lab" | "command", error: unknown): void;
}

export function createReport(
  post: (event: WorkerEvent) => void,
  now: () => number = () => performance.now(),
): Report {
  let last = -Infinity;
  const progress = (task: Task, done: number, total: number): void => {
    const atEdge = done === 0 || done === total;
    if (!atEdge && now() - last < millisecondsBetweenProgress) return;
    last = now();
    post({ type: "progress", task, done, total });
  };
  return {
    post,
    progress,
    task: (task) => (done, total) => progress(task, done, total),
    failed: (scope, error) => post({ type: "failed", scope, error: serializeError(error) }),
  };
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { name, message, ...(stack !== undefined && { stack }) };
}
