/**
 * @file Checkpoints that survive a reload: bytes by run and step, in the
 * browser's private file system. What the bytes mean is their writer's business.
 * A checkpoint is written under another name and renamed when it is whole;
 * older ones go only after that.
 */

import { renameFile, writeFile } from "./fileWriting";

/** One checkpoint that is there and was written to its end. */
export interface StoredCheckpoint {
  run: string;
  step: number;
  /** Milliseconds since 1970. */
  savedAt: number;
}

/** Where a browser keeps files for a page; `navigator.storage` is one. */
export interface FilePlace extends Pick<StorageManager, "getDirectory"> {
  /** Not there in Safari before 17. */
  estimate?: StorageManager["estimate"];
}

/** The disk, or what the browser grants of it, is full. Nothing was changed. */
export class NoRoomError extends Error {
  override readonly name = "NoRoomError";

  constructor(needed: number, free: number | undefined) {
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    const left = free === undefined ? "does not have that room" : `has ${megabytes(free)} left`;
    super(`a checkpoint needs ${megabytes(needed)} and the browser ${left}`);
  }
}

/** Of one run, at most so many checkpoints stay. */
const mostOfRun = 3;

const folderName = "checkpoints";
const unfinished = ".part";
const filePattern = /^(\d+)\.checkpoint$/;

/** Each method rejects where the browser forbids storage. One writer a run: see the run's lock. */
export class CheckpointStore {
  readonly #place: FilePlace;

  constructor(place: FilePlace) {
    this.#place = place;
  }

  /** All checkpoints; those of the run that was written to last come first, later steps before earlier. */
  async list(): Promise<StoredCheckpoint[]> {
    const found: StoredCheckpoint[] = [];
    for await (const [run, handle] of (await this.#root()).entries()) {
      if (handle.kind !== "directory") continue;
      for await (const [name, file] of (handle as FileSystemDirectoryHandle).entries()) {
        const step = filePattern.exec(name)?.[1];
        if (step === undefined) continue;
        const savedAt = await lastModified(file as FileSystemFileHandle);
        if (savedAt !== undefined) found.push({ run, step: Number(step), savedAt });
      }
    }
    const newest = new Map<string, number>();
    for (const { run, savedAt } of found) {
      newest.set(run, Math.max(savedAt, newest.get(run) ?? 0));
    }
    return found.sort(
      (a, b) =>
        newest.get(b.run)! - newest.get(a.run)! || a.run.localeCompare(b.run) || b.step - a.step,
    );
  }

  async read(run: string, step: number): Promise<Uint8Array<ArrayBuffer>> {
    const folder = await (await this.#root()).getDirectoryHandle(run);
    const file = await (await folder.getFileHandle(fileName(step))).getFile();
    return new Uint8Array(await file.arrayBuffer());
  }

  /**
   * Keeps a checkpoint, and then lets go of all but the last three of its run;
   * also of those of later steps, which a run that went back has left behind.
   * @throws {NoRoomError} where it does not fit; what was there is there still.
   */
  async write(run: string, step: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const folder = await (await this.#root()).getDirectoryHandle(run, { create: true });
    for (const name of await namesIn(folder)) {
      if (name.endsWith(unfinished)) await folder.removeEntry(name);
    }
    const { quota, usage } = (await this.#place.estimate?.()) ?? {};
    const free = quota === undefined || usage === undefined ? undefined : quota - usage;
    if (free !== undefined && free < bytes.length) throw new NoRoomError(bytes.length, free);

    const name = fileName(step);
    const written = await folder.getFileHandle(name + unfinished, { create: true });
    try {
      await writeFile(written, bytes);
      const { size } = await written.getFile();
      if (size !== bytes.length) throw new Error(`${size} of ${bytes.length} bytes were written`);
      await renameFile(folder, written, name, bytes);
    } catch (error) {
      await folder.removeEntry(name + unfinished).catch(() => undefined);
      const isFull = error instanceof Error && error.name === "QuotaExceededError";
      throw isFull ? new NoRoomError(bytes.length, undefined) : error;
    }
    await this.#prune(folder, step);
  }

  async drop(run: string): Promise<void> {
    await (await this.#root()).removeEntry(run, { recursive: true });
  }

  async #prune(folder: FileSystemDirectoryHandle, newest: number): Promise<void> {
    const steps = (await namesIn(folder))
      .map((name) => Number(filePattern.exec(name)?.[1] ?? NaN))
      .filter((step) => !Number.isNaN(step))
      .sort((a, b) => b - a);
    const kept = steps.filter((step) => step <= newest).slice(0, mostOfRun);
    for (const step of steps) {
      if (!kept.includes(step)) await folder.removeEntry(fileName(step));
    }
  }

  async #root(): Promise<FileSystemDirectoryHandle> {
    const root = await this.#place.getDirectory();
    return root.getDirectoryHandle(folderName, { create: true });
  }
}

/** Undefined where another tab has let go of the file in this moment. */
async function lastModified(file: FileSystemFileHandle): Promise<number | undefined> {
  try {
    return (await file.getFile()).lastModified;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFoundError") return undefined;
    throw error;
  }
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

function fileName(step: number): string {
  return `${String(step).padStart(8, "0")}.checkpoint`;
}
