import type { Locks } from "../../src/worker/runLock";

/** The browser's locks, as far as runs use them: taken if free, and asked about. */
export function memoryLocks(): Locks {
  const held = new Set<string>();
  const request = async (
    name: string,
    _options: LockOptions,
    use: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    if (held.has(name)) return use(null);
    held.add(name);
    try {
      return await use({ name, mode: "exclusive" });
    } finally {
      held.delete(name);
    }
  };
  return {
    request: request as unknown as LockManager["request"],
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
  };
}
