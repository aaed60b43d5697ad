/** @file Which tab a run belongs to: only one may write its checkpoints. The browser frees a closed tab's lock. */

/** `navigator.locks`, or a fake in a test. */
export type Locks = Pick<LockManager, "request" | "query">;

const prefix = "polyglot-lab/run/";

/** Takes a run for this tab. → gives it back; undefined where another tab has it. */
export function lockRun(locks: Locks, key: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const held = locks.request(prefix + key, { ifAvailable: true }, (lock) => {
      if (lock) return new Promise<void>((release) => resolve(() => release()));
      resolve(undefined);
      return Promise.resolve();
    });
    held.catch(reject);
  });
}

/** Keys of the runs that some tab has, this one among them. */
export async function lockedRuns(locks: Locks): Promise<Set<string>> {
  const { held = [] } = await locks.query();
  const names = held.map(({ name }) => name ?? "").filter((name) => name.startsWith(prefix));
  return new Set(names.map((name) => name.slice(prefix.length)));
}
