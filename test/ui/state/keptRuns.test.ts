import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { mostKept, toRecord } from "../../../src/ui/state/keptRecords";
import { KeptRuns } from "../../../src/ui/state/keptRuns.svelte";
import { completedRun, keptRun } from "./keptRun";

/** A store in memory. */
function memory(records: { id: string }[] = []) {
  const held = new Map<string, unknown>(records.map((record) => [record.id, record]));
  return {
    held,
    list: async () => [...held.values()],
    keep: async (record: { id: string }) => void held.set(record.id, structuredClone(record)),
    drop: async (id: string) => void held.delete(id),
  };
}

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

it("brings back what another visit kept, the newest first and chosen", async () => {
  const store = memory();
  const earlier = new KeptRuns(store);
  await earlier.keep(completedRun(1), 1000);
  await earlier.keep(completedRun(2), 2000);
  const kept = new KeptRuns(store);
  await kept.restore();
  expect(kept.list.map(({ id }) => id)).toEqual(["2000-2", "1000-1"]);
  expect(kept.chosen?.id).toBe("2000-2");
  expect(kept.list.map(({ run }) => run.runId)).toEqual([0, 0]);
  expect(console.warn).not.toHaveBeenCalled();
});

it("skips a foreign record with a warning and shows the others", async () => {
  const kept = new KeptRuns(memory([{ id: "foreign" }, toRecord(keptRun(1))]));
  await kept.restore();
  expect(kept.list.map(({ id }) => id)).toEqual(["kept-1"]);
  expect(console.warn).toHaveBeenCalledOnce();
});

it("keeps a run once, and what it becomes", async () => {
  const store = memory();
  const kept = new KeptRuns(store);
  const run = completedRun(1);
  await kept.keep({ ...run, evaluations: run.evaluations.slice(0, 1), state: "running" }, 1000);
  await kept.follow(run);
  await kept.keep(run, 3000);
  await kept.follow(completedRun(2));
  expect(kept.list.map(({ keptAt }) => keptAt)).toEqual([1000]);
  expect(store.held.get("1000-1")).toMatchObject({ state: "completed", step: 10 });
});

it("compares with what was kept last from the next run on", async () => {
  const kept = new KeptRuns(memory());
  await kept.keep(completedRun(1), 1000);
  await kept.keep(completedRun(2), 2000);
  expect(kept.chosenId).toBe("1000-1");
  kept.compareNext();
  expect(kept.chosenId).toBe("2000-2");
  kept.choose(undefined);
  kept.compareNext();
  expect(kept.chosenId).toBeUndefined();
});

it("lets go of the oldest beyond the limit", async () => {
  const store = memory();
  const kept = new KeptRuns(store);
  const run = completedRun(1);
  for (let runId = 1; runId <= mostKept + 1; runId++) await kept.keep({ ...run, runId }, runId);
  await vi.waitFor(() => expect(store.held.size).toBe(mostKept));
  expect(kept.list).toHaveLength(mostKept);
  expect(store.held.has("1-1")).toBe(false);
});

it("drops a run for good and compares with none", async () => {
  const store = memory();
  const kept = new KeptRuns(store);
  await kept.keep(completedRun(1), 1000);
  await kept.drop("1000-1");
  expect(kept.list).toEqual([]);
  expect(kept.chosen).toBeUndefined();
  expect(store.held.size).toBe(0);
});

it.each([
  [new DOMException("", "QuotaExceededError"), /no room left/],
  [new DOMException("", "InvalidStateError"), /lets this page store nothing/],
])("keeps a run in memory where storage fails with %s, and says so", async (error, words) => {
  const refuse = async () => {
    throw error;
  };
  const kept = new KeptRuns({ list: refuse, keep: refuse, drop: refuse });
  await kept.restore();
  expect(kept.problem).toBe("");
  await kept.keep(completedRun(1), 1000);
  expect(kept.problem).toMatch(words);
  expect(kept.chosen?.id).toBe("1000-1");
  await kept.drop("1000-1");
  expect(kept.list).toEqual([]);
});
