/** @file Records that survive a reload, in IndexedDB. What a record says is its writer's business. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** Plain JSON with a key. */
export interface StoredRecord {
  id: string;
}

interface Schema extends DBSchema {
  runs: { key: string; value: StoredRecord };
}

const databaseName = "polyglot-lab";

/** Raised when the stores change; `upgrade` then brings older databases along. */
const databaseVersion = 1;

/**
 * The runs that a person keeps. Each method rejects where the browser forbids
 * storage, has no room, or holds a database of a newer version.
 */
export class RunStore {
  #database: Promise<IDBPDatabase<Schema>> | undefined;

  /** All records, in no order, as they were written; by this version of the page or by another. */
  async list(): Promise<unknown[]> {
    return (await this.#open()).getAll("runs");
  }

  /** Replaces the record of the same id. */
  async keep(record: StoredRecord): Promise<void> {
    await (await this.#open()).put("runs", record);
  }

  async drop(id: string): Promise<void> {
    await (await this.#open()).delete("runs", id);
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= this.#connect();
    return this.#database;
  }

  async #connect(): Promise<IDBPDatabase<Schema>> {
    const forget = (): void => {
      this.#database = undefined;
    };
    try {
      return await openDB<Schema>(databaseName, databaseVersion, {
        upgrade(database, oldVersion) {
          if (oldVersion < 1) database.createObjectStore("runs", { keyPath: "id" });
        },
        // Another tab brings a newer version: let go, so that it need not wait.
        blocking(_current, _blocked, event) {
          (event.target as IDBDatabase).close();
          forget();
        },
        terminated: forget,
      });
    } catch (error) {
      forget();
      throw error;
    }
  }
}
