/** @file When a run's checkpoints are written, where to, and what the page is told of it. */

import { type CheckpointStore, NoRoomError } from "../storage/checkpoints";
import { seal } from "../training/seal";
import { lockedRuns, lockRun, type Locks } from "./runLock";

/** Where checkpoints survive a reload. */
export interface DurableStorage {
  store: CheckpointStore;
  locks: Locks;
}

/** The storage, or in a clause why there is none; undefined where none is wanted. */
export type Durability = DurableStorage | { unavailable: string } | undefined;

/** Steps between two checkpoints, besides those at evaluations. */
export const stepsBetweenCheckpoints = 10;

/** Checkpoints take no more than this share of the time, ends and pauses aside. */
const shareOfTime = 0.05;

/** Milliseconds; a checkpoint that seems to take longer was under way while a laptop slept. */
const longestTaken = 30_000;

/** The checkpoints of so many runs stay: of this one and of the one before. */
const mostRuns = 2;

export interface KeeperEvents {
  saved(step: number): void;
  /** `reason` is a sentence. */
  unsaved(step: number, reason: string): void;
}

/** Keeps the checkpoints of one run. */
export class CheckpointKeeper {
  readonly #durability: Durability;
  readonly #events: KeeperEvents;
  readonly #now: () => number;
  readonly #key: string;
  readonly #lock: Promise<(() => void) | undefined>;
  #writing: Promise<void> | undefined;
  /** When the last checkpoint was done, and what it took; milliseconds. */
  #last = { endedAt: -Infinity, took: 0 };
  /** What the page knows already. */
  #reason = "";

  /** @param key names the run; takes its lock, if it is free. */
  constructor(
    durability: Durability,
    key: string,
    events: KeeperEvents,
    now: () => number = () => performance.now(),
  ) {
    this.#durability = durability;
    this.#key = key;
    this.#events = events;
    this.#now = now;
    this.#lock =
      durability && "locks" in durability
        ? lockRun(durability.locks, key)
        : Promise.resolve(undefined);
    // Where locks are refused altogether, the first write says so.
    this.#lock.catch(() => undefined);
  }

  /** Whether there is time for a checkpoint. */
  get isDue(): boolean {
    const { endedAt, took } = this.#last;
    return !this.#writing && this.#now() - endedAt >= took / shareOfTime - took;
  }

  /**
   * Writes a checkpoint while training goes on.
   * @param startedAt when its making began, by this keeper's clock
   * @returns when it is on the disk, or will not be; never rejects
   */
  write(step: number, bytes: Uint8Array<ArrayBuffer>, startedAt: number): Promise<void> {
    const before = this.#writing ?? Promise.resolve();
    const writing = before
      .then(() => this.#write(step, bytes))
      .catch((error: unknown) => this.#tellOnce(step, sentenceFor(error)))
      .finally(() => {
        const endedAt = this.#now();
        this.#last = { endedAt, took: Math.min(endedAt - startedAt, longestTaken) };
        if (this.#writing === writing) this.#writing = undefined;
      });
    this.#writing = writing;
    return writing;
  }

  now(): number {
    return this.#now();
  }

  /** Ends what is being written and lets other tabs have the run. */
  async release(): Promise<void> {
    await this.#writing;
    const release = await this.#lock.catch(() => undefined);
    release?.();
  }

  async #write(step: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const storage = this.#durability;
    if (!storage) return;
    if ("unavailable" in storage) throw new NotKept(storage.unavailable);
    if (!(await this.#lock)) {
      throw new NotKept(
        "another tab trains this run and saves it; this tab saves no checkpoints of it",
      );
    }
    await seal(bytes);
    await storage.store.write(this.#key, step, bytes);
    this.#reason = "";
    this.#events.saved(step);
    await this.#dropOldRuns(storage);
  }

  /** Only now that this run has a checkpoint. Runs of other tabs are theirs. */
  async #dropOldRuns({ store, locks }: DurableStorage): Promise<void> {
    const runs = new Set((await store.list()).map(({ run }) => run));
    if (runs.size <= mostRuns) return;
    const locked = await lockedRuns(locks);
    for (const run of [...runs].slice(mostRuns)) if (!locked.has(run)) await store.drop(run);
  }

  #tellOnce(step: number, reason: string): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#events.unsaved(step, reason);
  }
}

/** A checkpoint that is not to be written here; the message is a clause. */
class NotKept extends Error {}

function sentenceFor(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const clause = `Checkpoints are not saved: ${message}.`;
  if (error instanceof NoRoomError) {
    return `${clause} Those saved before are still there, and training goes on. Free some disk space, or drop what other pages have stored.`;
  }
  if (error instanceof NotKept) return clause;
  return `${clause} Training goes on; a reload would lose what came after the last saved step.`;
}
