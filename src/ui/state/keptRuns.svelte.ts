/** @file The runs a person keeps for comparison: in memory, and stored where the browser allows it. */

import type { RunStore } from "../../storage/runs";
import { fromRecord, mostKept, toRecord, type KeptRun } from "./keptRecords";
import type { Run } from "./run";
import { nameOf } from "./runNames";

/** Where kept runs survive a reload. */
export type Store = Pick<RunStore, "list" | "keep" | "drop">;

export class KeptRuns {
  /** The newest first. */
  list = $state.raw<readonly KeptRun[]>([]);
  /** Id of the run that the present one is compared with. */
  chosenId = $state<string | undefined>(undefined);
  /** One sentence where a run could not be stored; empty else. */
  problem = $state("");

  readonly chosen = $derived(this.list.find(({ id }) => id === this.chosenId));

  #store: Store;
  /** Kept last; compared with from the next run on. */
  #latestId: string | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Brings back what was stored; the newest is compared with. What cannot be read stays out. */
  async restore(): Promise<void> {
    let records: unknown[];
    try {
      records = await this.#store.list();
    } catch (error) {
      console.warn("Kept runs could not be read.", error);
      return;
    }
    const restored = records.flatMap(readable);
    const isHere = ({ id }: KeptRun): boolean => this.list.some((kept) => kept.id === id);
    this.#setList([...this.list, ...restored.filter((kept) => !isHere(kept))]);
    this.chosenId ??= this.list[0]?.id;
  }

  /** Keeps `run`, or what it has become if it is kept already. */
  async keep(run: Run, now: number): Promise<void> {
    const known = this.entryOf(run);
    if (known) {
      this.#latestId = known.id;
      return this.follow(run);
    }
    const kept = { id: `${now}-${run.runId}`, name: nameOf(run), keptAt: now, run };
    this.#setList([...this.list, kept]);
    this.#latestId = kept.id;
    this.chosenId ??= kept.id;
    return this.#write(kept);
  }

  /** Compares with a kept run, or with none. */
  choose(id: string | undefined): void {
    this.#latestId = undefined;
    this.chosenId = id;
  }

  /** A new run begins: it is compared with the one that was kept just before. */
  compareNext(): void {
    if (this.#latestId !== undefined) this.choose(this.#latestId);
  }

  /** Brings a kept run up to what it has become; does nothing for other runs. */
  async follow(run: Run): Promise<void> {
    const known = this.entryOf(run);
    if (!known || known.run === run) return;
    const kept = { ...known, name: nameOf(run), run };
    this.#setList(this.list.map((other) => (other === known ? kept : other)));
    return this.#write(kept);
  }

  async drop(id: string): Promise<void> {
    this.list = this.list.filter((other) => other.id !== id);
    if (this.#latestId === id) this.#latestId = undefined;
    if (this.chosenId === id) this.chosenId = this.list[0]?.id;
    this.problem = "";
    await this.#erase(id);
  }

  entryOf(run: Run): KeptRun | undefined {
    return this.list.find((kept) => kept.run.runId === run.runId);
  }

  /** Sorts, and lets go of the oldest beyond the limit. */
  #setList(list: readonly KeptRun[]): void {
    const sorted = [...list].sort((a, b) => b.keptAt - a.keptAt);
    this.list = sorted.slice(0, mostKept);
    for (const { id } of sorted.slice(mostKept)) void this.#erase(id);
  }

  async #write(kept: KeptRun): Promise<void> {
    try {
      await this.#store.keep(toRecord(kept));
      this.problem = "";
    } catch (error) {
      console.warn("A kept run could not be stored.", error);
      const full = error instanceof DOMException && error.name === "QuotaExceededError";
      const reason = full ? "has no room left to store this run" : "lets this page store nothing";
      this.problem = `The browser ${reason}; it is kept until the page is closed.`;
    }
  }

  async #erase(id: string): Promise<void> {
    try {
      await this.#store.drop(id);
    } catch (error) {
      console.warn("A kept run could not be removed from the browser’s storage.", error);
    }
  }
}

function readable(record: unknown): KeptRun[] {
  try {
    return [fromRecord(record)];
  } catch (error) {
    console.warn("A stored run is skipped:", error instanceof Error ? error.message : error);
    return [];
  }
}
