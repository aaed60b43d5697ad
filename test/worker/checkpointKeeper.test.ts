import { beforeEach, describe, expect, it } from "vitest";
import { CheckpointStore } from "../../src/storage/checkpoints";
import { CheckpointKeeper } from "../../src/worker/checkpointKeeper";
import { MemoryFiles } from "../storage/memoryFiles";
import { memoryLocks } from "./memoryLocks";

describe("when the next checkpoint is due", () => {
  let now: number;
  let keeper: CheckpointKeeper;
  let saved: number[];

  beforeEach(() => {
    now = 1_000_000;
    saved = [];
    const events = { saved: (step: number) => saved.push(step), unsaved: () => undefined };
    const durability = { store: new CheckpointStore(new MemoryFiles()), locks: memoryLocks() };
    keeper = new CheckpointKeeper(durability, "run", events, () => now);
  });

  /** Writes a checkpoint of a step, which takes so many milliseconds by the keeper's clock. */
  async function write(step: number, milliseconds: number): Promise<void> {
    const writing = keeper.write(step, new Uint8Array(256), now);
    expect(keeper.isDue).toBe(false);
    now += milliseconds;
    await writing;
    expect(saved.at(-1)).toBe(step);
  }

  it("is at once, then when those before took a twentieth of the time", async () => {
    expect(keeper.isDue).toBe(true);
    await write(10, 2000);
    now += 37_999;
    expect(keeper.isDue).toBe(false);
    now += 1;
    expect(keeper.isDue).toBe(true);
  });

  it("is not put off for days by a laptop that was shut while one was written", async () => {
    await write(10, 8 * 3_600_000);
    now += 10 * 60_000;
    expect(keeper.isDue).toBe(true);
  });
});
