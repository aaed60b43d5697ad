/** @file The browser's private file system in memory: as much of it as checkpoints use. */

import type { FilePlace } from "../../src/storage/checkpoints";

/** What a browser lets files do. */
export interface Abilities {
  /** Whether files have streams; else synchronous handles. */
  streams?: boolean;
  /** Whether files can be renamed. */
  moves?: boolean;
  /** Bytes that all files together may have. */
  quota?: number;
  /** Whether the browser tells how much room is left. */
  tellsRoom?: boolean;
}

/** Files by folder and name. */
export class MemoryFiles implements FilePlace {
  readonly folders = new Map<string, Map<string, { bytes: Uint8Array; lastModified: number }>>();
  readonly abilities: Required<Abilities>;
  /** What was done, in order. */
  readonly log: string[] = [];
  /** Time of the next write. */
  now = 1000;

  constructor(abilities: Abilities = {}) {
    this.abilities = { streams: true, moves: true, quota: Infinity, tellsRoom: true, ...abilities };
  }

  get usage(): number {
    const files = [...this.folders.values()].flatMap((folder) => [...folder.values()]);
    return files.reduce((total, { bytes }) => total + bytes.length, 0);
  }

  async estimate(): Promise<StorageEstimate> {
    return this.abilities.tellsRoom ? { quota: this.abilities.quota, usage: this.usage } : {};
  }

  async getDirectory(): Promise<FileSystemDirectoryHandle> {
    return { getDirectoryHandle: async () => this.#root() } as unknown as FileSystemDirectoryHandle;
  }

  names(folder: string): string[] {
    return [...(this.folders.get(folder)?.keys() ?? [])].sort();
  }

  #root(): FileSystemDirectoryHandle {
    const { folders } = this;
    const folderHandle = (name: string) => this.#folder(name);
    return {
      async getDirectoryHandle(name: string, { create = false } = {}) {
        if (!folders.has(name) && !create) throw missing(name);
        if (!folders.has(name)) folders.set(name, new Map());
        return folderHandle(name);
      },
      async removeEntry(name: string) {
        if (!folders.delete(name)) throw missing(name);
      },
      async *entries() {
        for (const name of folders.keys()) yield [name, folderHandle(name)];
      },
    } as unknown as FileSystemDirectoryHandle;
  }

  #folder(folder: string): FileSystemDirectoryHandle {
    const files = this.folders.get(folder)!;
    const fileHandle = (name: string) => this.#file(folder, name);
    return {
      kind: "directory",
      async getFileHandle(name: string, { create = false } = {}) {
        if (!files.has(name) && !create) throw missing(name);
        if (!files.has(name)) files.set(name, { bytes: new Uint8Array(), lastModified: 0 });
        return fileHandle(name);
      },
      removeEntry: async (name: string) => {
        this.log.push(`remove ${name}`);
        if (!files.delete(name)) throw missing(name);
      },
      async *keys() {
        yield* files.keys();
      },
      async *entries() {
        for (const name of files.keys()) yield [name, fileHandle(name)];
      },
    } as unknown as FileSystemDirectoryHandle;
  }

  #file(folder: string, name: string): FileSystemFileHandle {
    const files = this.folders.get(folder)!;
    const put = (bytes: Uint8Array) => {
      const others = this.usage - files.get(name)!.bytes.length;
      if (others + bytes.length > this.abilities.quota) throw full();
      files.set(name, { bytes, lastModified: this.now++ });
      this.log.push(`write ${name}`);
    };
    let written: Uint8Array[] = [];
    return {
      kind: "file",
      name,
      getFile: async () => {
        const file = files.get(name);
        if (!file) throw missing(name);
        const { bytes, lastModified } = file;
        const arrayBuffer = async () => bytes.slice().buffer;
        return { size: bytes.length, lastModified, arrayBuffer };
      },
      ...(this.abilities.streams && {
        createWritable: async () => ({
          write: async (piece: Uint8Array) => void written.push(piece.slice()),
          close: async () => put(joined(written)),
          abort: async () => void (written = []),
        }),
      }),
      createSyncAccessHandle: async () => ({
        truncate: () => (written = []),
        write: (piece: Uint8Array, { at }: { at: number }) => {
          if (at !== joined(written).length) throw new RangeError(`a hole before ${at}`);
          written.push(piece.slice());
          return piece.length;
        },
        flush: () => put(joined(written)),
        close: () => undefined,
      }),
      ...(this.abilities.moves && {
        move: async (to: string) => {
          files.set(to, files.get(name)!);
          files.delete(name);
          this.log.push(`move ${name} ${to}`);
        },
      }),
    } as unknown as FileSystemFileHandle;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

function missing(name: string): Error {
  return new DOMException(`${name} is not there`, "NotFoundError");
}

function full(): Error {
  return new DOMException("no room", "QuotaExceededError");
}
