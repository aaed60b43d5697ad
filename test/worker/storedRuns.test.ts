import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom, integerBelow } from "../../src/random";
import { CheckpointStore } from "../../src/storage/checkpoints";
import type { RunConfig } from "../../src/training/config";
import type { Durability } from "../../src/worker/checkpointKeeper";
import type { StoredRun, WorkerEvent } from "../../src/worker/messages";
import { tinyArchitecture, tinyWeights } from "../encoder/tinyEncoder";
import { rawSafetensors, writeSafetensors } from "../encoder/writeSafetensors";
import { MemoryFiles } from "../storage/memoryFiles";
import { configure, eventsOf, lossesOf, open, ready } from "./commands";
import { memoryLocks } from "./memoryLocks";
import { openSession, type Session } from "./openSession";
import { encoderUrl, serveFiles } from "./tinyLab";

let files: MemoryFiles;
let durability: Durability;
let sessions: Session[];

beforeEach(() => {
  serveFiles();
  files = new MemoryFiles();
  durability = { store: new CheckpointStore(files), locks: memoryLocks() };
  sessions = [];
});
afterEach(() => {
  for (const session of sessions) session.close();
  vi.unstubAllGlobals();
});

/** A tab; they share the disk and the locks. */
function tab(durable = durability): Session {
  const session = openSession({ durability: durable });
  sessions.push(session);
  return session;
}

function reached(session: Session, state: string): Promise<WorkerEvent> {
  return session.next("state", (event) => event.state === state);
}

/** Trains a run of 7 steps for a while and pauses; its first tab is gone then, and so is its lock. */
async function interrupted(backend: "cpu" | "wasm", steps: number): Promise<void> {
  const first = tab({ store: new CheckpointStore(files), locks: memoryLocks() });
  await ready(first, backend);
  for (let step = 0; step < steps; step++) first.send({ type: "step" });
  await first.next("state", (event) => event.state === "paused" && event.step === steps);
  first.send({ type: "pause" });
  await first.next("saved", ({ step }) => step === steps);
  first.close();
}

/** A random tiny encoder in 8-bit floats, none above 1. */
function float8Weights(): ArrayBuffer {
  const random = createRandom(7);
  const header: Record<string, unknown> = {};
  const data: number[] = [];
  for (const [name, shape] of tinyArchitecture().shapes) {
    const start = data.length;
    const size = shape.reduce((product, axis) => product * axis, 1);
    for (let count = 0; count < size; count++) {
      const sign = random() < 0.5 ? 0x80 : 0;
      data.push(sign + integerBelow(0x39, random));
    }
    header[name] = { dtype: "F8_E4M3", shape, data_offsets: [start, data.length] };
  }
  return rawSafetensors(JSON.stringify(header), data);
}

async function storedRun(session: Session, backend: "cpu" | "wasm" = "cpu"): Promise<StoredRun> {
  session.send(open(backend));
  const { run } = await session.next("stored-run");
  if (!run) throw new Error("there is no stored run");
  return run;
}

const chunks = { chunkSize: 2 };

describe.each(["cpu", "wasm"] as const)("a run after a reload on %s", (backend) => {
  it.each<[string, Partial<RunConfig>, weights: () => ArrayBuffer]>([
    ["of everything", {}, () => writeSafetensors(tinyWeights(61))],
    ["of everything in chunks, from 8-bit floats", chunks, float8Weights],
    ["of a projection, on 8-bit floats", { trained: { part: "projection" } }, float8Weights],
  ])("%s goes on as if it had not stopped, bit for bit", async (_, changes, weights) => {
    serveFiles({ [`${encoderUrl}model.safetensors`]: weights() });
    const whole = tab(undefined);
    await ready(whole, backend, changes);
    whole.send({ type: "set-alpha", alpha: 0.2 }, { type: "play" });
    await reached(whole, "completed");
    const expected = lossesOf(whole, 1);
    const scores = eventsOf(whole, "evaluated").map(({ scores }) => scores);

    const first = tab({ store: new CheckpointStore(files), locks: memoryLocks() });
    await ready(first, backend, changes);
    first.send({ type: "set-alpha", alpha: 0.2 });
    for (let step = 0; step < 4; step++) first.send({ type: "step" });
    await first.next("state", ({ state, step }) => state === "paused" && step === 4);
    first.send({ type: "pause" });
    await first.next("saved", ({ step }) => step === 4);

    const second = tab();
    const { key, step, curve, ended, openElsewhere } = await storedRun(second, backend);
    expect([step, ended, openElsewhere]).toEqual([4, undefined, false]);
    expect(curve.losses).toEqual(expected.slice(0, 4));
    expect(curve.evaluations.map((evaluation) => evaluation.step)).toEqual([0, 3]);
    expect(curve.alphaMarks).toEqual([{ step: 0, alpha: 0.2 }]);
    second.send({ type: "resume", runId: 5, key });
    expect((await second.next("resumed")).curve).toEqual(curve);
    await reached(second, "completed");
    // Were it to pause between, the page would offer to continue what goes on.
    const states = eventsOf(second, "state").map(({ state }) => state);
    expect(states).toContain("running");
    expect(states).not.toContain("paused");
    const rest = eventsOf(second, "steps").flatMap(({ losses }) => [...losses]);
    expect([...curve.losses, ...rest]).toEqual(expected);
    const later = eventsOf(second, "evaluated").map(({ scores }) => scores);
    expect([...curve.evaluations.map(({ scores }) => scores), ...later]).toEqual(scores);
  });
});

it("is shown again when it had ended, and can be searched but not trained", async () => {
  const first = tab({ store: new CheckpointStore(files), locks: memoryLocks() });
  await ready(first, "cpu", { steps: 3 });
  first.send({ type: "play" });
  await reached(first, "completed");
  const second = tab();
  const { key, step, ended } = await storedRun(second);
  expect([step, ended]).toEqual([3, "completed"]);
  second.send({ type: "resume", runId: 2, key });
  await reached(second, "completed");
  second.send({ type: "search", searchId: 1, text: "q1 of cats-03 in en?", limit: 2 });
  expect((await second.next("searched")).step).toBe(3);
  second.send({ type: "play" });
  expect((await second.next("failed")).error.message).toContain("This run is completed");
});

it("goes back to the checkpoint before a damaged one, and says so", async () => {
  await interrupted("cpu", 4);
  const [run] = files.folders.keys();
  const damaged = files.folders.get(run!)!.get("00000004.checkpoint")!;
  damaged.bytes = damaged.bytes.with(700, damaged.bytes[700]! ^ 1) as Uint8Array<ArrayBuffer>;
  const second = tab();
  const { key, step, problem } = await storedRun(second);
  expect(step).toBe(3);
  expect(problem).toMatch(/checkpoint of step 4: damaged.*The one before it, of step 3, is used/);
  second.send({ type: "resume", runId: 1, key });
  expect((await second.next("resumed")).step).toBe(3);
});

it("is not offered where all checkpoints are damaged, or another encoder is loaded", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  await interrupted("cpu", 1);
  serveFiles({ [`${encoderUrl}model.safetensors`]: writeSafetensors(tinyWeights(62)) });
  const other = tab();
  other.send(open("cpu"));
  expect((await other.next("stored-run")).run).toBeUndefined();
  serveFiles();
  const folder = files.folders.values().next().value!;
  for (const file of folder.values()) file.bytes = file.bytes.slice(1);
  const second = tab();
  second.send(open("cpu"));
  expect((await second.next("stored-run")).run).toBeUndefined();
  expect(console.warn).toHaveBeenCalled();
});

it("is saved by the tab that has it; another works, and says that it does not save", async () => {
  const first = tab();
  await ready(first, "cpu");
  first.send({ type: "step" }, { type: "pause" });
  await first.next("saved");
  const second = tab();
  const { key, openElsewhere } = await storedRun(second);
  expect(openElsewhere).toBe(true);
  second.send({ type: "resume", runId: 1, key }, { type: "play" });
  expect((await second.next("unsaved")).reason).toMatch(/another tab trains this run/);
  await reached(second, "completed");
  expect(eventsOf(second, "saved")).toEqual([]);
  expect(files.names(key)).toEqual(["00000001.checkpoint"]);
  // The lock is free once the first tab trains something else.
  first.send(configure(2));
  await first.next("state", ({ runId, state }) => runId === 2 && state === "ready");
  const third = tab();
  expect((await storedRun(third)).openElsewhere).toBe(false);
});

it("trains on where the disk is full, says so once, and saves when there is room", async () => {
  const first = tab();
  await ready(first, "cpu");
  first.send({ type: "step" }, { type: "pause" });
  await first.next("saved", ({ step }) => step === 1);
  files.abilities.quota = files.usage;
  for (const step of [2, 3]) {
    first.send({ type: "step" }, { type: "pause" });
    await first.next("state", (event) => event.state === "paused" && event.step === step);
  }
  const [told, ...more] = eventsOf(first, "unsaved");
  expect(told!.reason).toMatch(/a checkpoint needs .* MB and the browser has 0.0 MB left/);
  expect(more).toEqual([]);
  files.abilities.quota = Infinity;
  first.send({ type: "step" }, { type: "pause" });
  await first.next("saved", ({ step }) => step === 4);
  expect(eventsOf(first, "failed")).toEqual([]);
});

it("is forgotten when asked, and the one before it is offered", async () => {
  await interrupted("cpu", 1);
  await interrupted("cpu", 2);
  const session = tab();
  const { key, step } = await storedRun(session);
  expect(step).toBe(2);
  session.send({ type: "forget", key });
  const { run } = await session.next("stored-run");
  expect(run?.step).toBe(1);
  session.send({ type: "forget", key: run!.key });
  expect((await session.next("stored-run")).run).toBeUndefined();
  expect(files.usage).toBe(0);
});

it("keeps two runs and no more", async () => {
  for (const steps of [1, 2, 3]) await interrupted("cpu", steps);
  expect(files.folders.size).toBe(2);
});

it("says why nothing is saved where the browser has no storage", async () => {
  const session = tab({ unavailable: "the browser has none" });
  await ready(session, "cpu");
  session.send({ type: "step" }, { type: "pause" });
  const { reason } = await session.next("unsaved");
  expect(reason).toBe("Checkpoints are not saved: the browser has none.");
});

it("fails alone where it cannot be gone on with", async () => {
  const session = tab();
  session.send(open("cpu"), { type: "resume", runId: 3, key: "nowhere" });
  const failed = await session.next("failed");
  expect(failed).toMatchObject({ scope: "run", runId: 3 });
  expect(failed.error.message).toContain("no checkpoint any more");
  session.send(configure(4));
  await session.next("state", ({ runId, state }) => runId === 4 && state === "ready");
});
