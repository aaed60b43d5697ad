/** @file Runs that other visits have left behind: which there are, and the last whole checkpoint of each. */

import type { Scores } from "../metrics/scores";
import type { StoredCheckpoint } from "../storage/checkpoints";
import { type CheckpointHeader, openCheckpoint } from "../training/checkpoint";
import type { DurableStorage } from "./checkpointKeeper";
import type { StoredRun } from "./messages";
import { lockedRuns } from "./runLock";
import type { StoredStart } from "./runCheckpoints";

/** The last checkpoint of a run that is whole. */
export interface FoundCheckpoint extends StoredStart {
  savedAt: number;
  /** What is wrong with those after it, in sentences; empty else. */
  problem: string;
}

/**
 * The run to offer for going on with: the one saved last that no tab has, else
 * the last one of all; only of this encoder, and not `mine`. Runs without a
 * whole checkpoint are passed over.
 */
export async function findStoredRun(
  storage: DurableStorage,
  { encoder, backend, mine }: { encoder: string; backend: string; mine: string | undefined },
): Promise<StoredRun | undefined> {
  const keys = [...new Set((await storage.store.list()).map(({ run }) => run))].filter(
    (key) => key !== mine,
  );
  const locked = await lockedRuns(storage.locks);
  const order = [
    ...keys.filter((key) => !locked.has(key)),
    ...keys.filter((key) => locked.has(key)),
  ];
  for (const key of order) {
    const found = await readLastWhole(storage, key).catch((error: unknown) => {
      console.warn("A stored run is passed over.", error);
      return undefined;
    });
    if (found?.header.sources.encoder !== encoder) continue;
    const { header, savedAt } = found;
    const elsewhere = `It was computed on ${header.backend}; ${backend} gives other last digits.`;
    const problems = [found.problem, header.backend === backend ? "" : elsewhere];
    const problem = problems.filter(Boolean).join(" ");
    const { config, step, curve, ended } = header;
    return { key, config, step, curve, savedAt, ended, openElsewhere: locked.has(key), problem };
  }
  return undefined;
}

/**
 * The last checkpoint of a run that is whole; damaged ones are passed over and named.
 * @throws {Error} where the run has none.
 */
export async function readLastWhole(
  { store }: DurableStorage,
  key: string,
): Promise<FoundCheckpoint> {
  const problems: string[] = [];
  for (const checkpoint of (await store.list()).filter(({ run }) => run === key)) {
    const { step, savedAt } = checkpoint;
    try {
      const bytes = await store.read(key, step);
      const { header } = await openCheckpoint(nameOf(checkpoint), bytes);
      if (problems.length > 0) problems.push(`The one before it, of step ${step}, is used.`);
      return {
        header: header as CheckpointHeader<Scores>,
        bytes,
        savedAt,
        problem: problems.join(" "),
      };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push(`The checkpoint cannot be used (${message}).`);
    }
  }
  throw new Error(problems.join(" ") || "This run has no checkpoint any more.");
}

function nameOf({ step }: StoredCheckpoint): string {
  return `checkpoint of step ${step}`;
}
