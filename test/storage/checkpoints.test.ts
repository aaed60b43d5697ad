import { describe, expect, it } from "vitest";
import { CheckpointStore, NoRoomError } from "../../src/storage/checkpoints";
import { MemoryFiles } from "./memoryFiles";

const bytes = (...values: number[]) => new Uint8Array(values);
const file = (step: number) => `${String(step).padStart(8, "0")}.checkpoint`;

describe.each([
  ["streams and renaming", {}],
  ["streams, no renaming", { moves: false }],
  ["synchronous handles, as in Safari", { streams: false }],
])("checkpoints in a browser with %s", (_, abilities) => {
  it("gives back what was written, the newest run and step first", async () => {
    const files = new MemoryFiles(abilities);
    const store = new CheckpointStore(files);
    expect(await store.list()).toEqual([]);
    await store.write("a", 10, bytes(1));
    await store.write("b", 5, bytes(2, 3));
    await store.write("a", 20, bytes(4));
    const listed = await store.list();
    expect(listed.map(({ run, step }) => [run, step])).toEqual([
      ["a", 20],
      ["a", 10],
      ["b", 5],
    ]);
    expect(listed[0]!.savedAt).toBeGreaterThan(listed[2]!.savedAt);
    expect(await store.read("b", 5)).toEqual(bytes(2, 3));
    await store.drop("b");
    expect((await store.list()).map(({ run }) => run)).toEqual(["a", "a"]);
    await expect(store.read("b", 5)).rejects.toThrow("not there");

    const large = new Uint8Array(9_000_001).map((_, index) => index % 251);
    await store.write("c", 1, large);
    expect(Buffer.compare(await store.read("c", 1), large)).toBe(0);
  });

  it("keeps the last three of a run, and lets go of one only when the new one is whole", async () => {
    const files = new MemoryFiles(abilities);
    const store = new CheckpointStore(files);
    for (const step of [1, 2, 3]) await store.write("a", step, bytes(step));
    files.log.length = 0;
    await store.write("a", 4, bytes(4));
    expect(files.names("a")).toEqual([2, 3, 4].map(file));
    expect(files.log.at(-1)).toBe(`remove ${file(1)}`);
    expect(files.log.filter((line) => line === `remove ${file(1)}`)).toHaveLength(1);
  });

  it("lets go of later steps, which a run that went back has left, and replaces the same", async () => {
    const files = new MemoryFiles(abilities);
    const store = new CheckpointStore(files);
    for (const step of [10, 20, 30]) await store.write("a", step, bytes(step));
    await store.write("a", 20, bytes(21));
    expect(files.names("a")).toEqual([10, 20].map(file));
    expect(await store.read("a", 20)).toEqual(bytes(21));
  });

  it("passes over what was not written to its end, and clears it away", async () => {
    const files = new MemoryFiles(abilities);
    const store = new CheckpointStore(files);
    await store.write("a", 1, bytes(1));
    files.folders.get("a")!.set(`${file(2)}.part`, { bytes: bytes(9), lastModified: 9e9 });
    expect((await store.list()).map(({ step }) => step)).toEqual([1]);
    await store.write("a", 3, bytes(3));
    expect(files.names("a")).toEqual([1, 3].map(file));
  });

  it.each([true, false])(
    "changes nothing on a full disk, announced or not: %s",
    async (tellsRoom) => {
      const files = new MemoryFiles({ ...abilities, quota: 25, tellsRoom });
      const store = new CheckpointStore(files);
      await store.write("a", 1, new Uint8Array(8));
      await store.write("a", 2, new Uint8Array(8));
      const failure: unknown = await store
        .write("a", 3, new Uint8Array(12_000_000))
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NoRoomError);
      expect((failure as Error).message).toMatch(
        /a checkpoint needs 12.0 MB and the browser (has 0.0 MB left|does not have that room)/,
      );
      expect(files.names("a")).toEqual([1, 2].map(file));
      expect(await store.read("a", 2)).toEqual(new Uint8Array(8));
    },
  );
});

it("rejects where the browser forbids storage", async () => {
  const store = new CheckpointStore({
    getDirectory: () => Promise.reject(new DOMException("private window", "SecurityError")),
    estimate: async () => ({}),
  });
  await expect(store.list()).rejects.toThrow("private window");
  await expect(store.write("a", 1, bytes(1))).rejects.toThrow("private window");
});
