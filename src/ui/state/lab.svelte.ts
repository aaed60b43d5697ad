/** @file The page's one object with a life: owns the worker, the settings and the runs on show. */

import { download, type Download } from "../../storage/downloads";
import { RunStore } from "../../storage/runs";
import type { RunConfig } from "../../training/config";
import { isFinal, type Command, type ExportedPart, type WorkerEvent } from "../../worker/messages";
import type { Preset } from "./choices";
import { KeptRuns, type Store } from "./keptRuns.svelte";
import {
  emptyLab,
  currentAlpha,
  isOfEarlierRun,
  needsReset,
  reduce,
  startRun,
  type LabState,
  type Run,
} from "./run";
import { exampleQueries } from "./searching";
import { fitted, openCommand } from "./settings";
import { SettingsDraft, type SettingsSubject } from "./settingsDraft.svelte";
import { StoredRunOffer } from "./storedRunOffer.svelte";

/** What the lab speaks to: the worker's client, or a fake in a test. */
export interface Connection {
  send(command: Command): void;
}

/** How many hits a search asks for. */
export const hitLimit = 10;

export class Lab implements SettingsSubject {
  state = $state.raw<LabState>(emptyLab);
  query = $state.raw(exampleQueries[0]!.text);
  /** What is trained after this run, for a comparison. */
  next = $state.raw<Preset["against"]>(undefined);
  #wantsPlay = $state(false);

  readonly kept: KeptRuns;
  readonly offer = new StoredRunOffer();
  readonly draft = new SettingsDraft(this);
  readonly run = $derived(this.state.run);
  readonly playing = $derived(this.#wantsPlay && !!this.run && !isFinal(this.run.state));
  readonly needsReset = $derived(
    !!this.run && this.run.step > 0 && needsReset(this.run, this.settings),
  );

  #connection: Connection;
  #download: Download;
  #runId = 0;
  #searchId = 0;

  constructor(
    connect: (onEvent: (event: WorkerEvent) => void) => Connection,
    store: Store = new RunStore(),
    offer: Download = download,
  ) {
    this.#download = offer;
    this.kept = new KeptRuns(store);
    void this.kept.restore();
    this.#connection = connect((event) => this.#receive(event));
    this.#connection.send(openCommand());
  }

  /** The run that is drawn dashed: the one to compare with, unless it is the present one. */
  get comparedRun(): Run | undefined {
    const { chosen } = this.kept;
    const offered = this.offer.drawnBeside(this.run, chosen?.run);
    return offered ?? (chosen?.run.runId === this.run?.runId ? undefined : chosen?.run);
  }

  /** Whether it is the one on offer. */
  get drawsOffer(): boolean {
    return !!this.offer.drawnBeside(this.run, this.kept.chosen?.run);
  }

  get settings(): RunConfig {
    return this.draft.settings;
  }

  get isKept(): boolean {
    return !!this.run && !!this.kept.entryOf(this.run);
  }

  #receive(event: WorkerEvent): void {
    if (isOfEarlierRun(this.state, event)) return;
    this.state = reduce(this.state, event, performance.now());
    if (event.type === "stored-run") {
      this.offer.stored = event.run;
    } else if (event.type === "opened") {
      const { corpus, encoder } = event.lab;
      this.draft.settings = fitted(this.settings, corpus.languages, encoder.layers);
      this.reset();
    } else if (event.type === "failed" || (event.type === "state" && event.state === "paused")) {
      this.#wantsPlay = false;
    } else if (["evaluated", "resumed", "recovered"].includes(event.type)) {
      this.search(this.query);
    } else if (event.type === "exported") {
      const { part, step, archive } = event;
      this.#download(`${part}-seed-${this.run!.config.seed}-step-${step}.zip`, archive);
    }
    const { run } = this;
    if (run && (event.type === "evaluated" || isFinal(run.state))) void this.kept.follow(run);
  }

  play(): void {
    this.draft.settleNow();
    this.#wantsPlay = true;
    this.#connection.send({ type: "play" });
  }

  pause(): void {
    this.#wantsPlay = false;
    this.#connection.send({ type: "pause" });
  }

  step(): void {
    this.draft.settleNow();
    this.#wantsPlay = false;
    this.#connection.send({ type: "step" });
  }

  stop(): void {
    this.#wantsPlay = false;
    this.#connection.send({ type: "stop" });
  }

  /** Starts anew from the initial parameters with the present settings; same seed, same curve. */
  reset(): void {
    this.#leaveRun();
    this.kept.compareNext();
    const config = this.settings;
    this.state = startRun(this.state, this.#runId, config);
    this.#connection.send({ type: "configure", runId: this.#runId, config });
  }

  /** Goes on with the run that an earlier visit left behind; one that has ended is shown again. */
  resume(): void {
    const taken = this.offer.take();
    if (!taken) return;
    this.#leaveRun();
    const { key, config, ended } = taken.stored;
    const run = { ...taken.run, runId: this.#runId, state: "scoring" as const };
    this.state = { ...startRun(this.state, this.#runId, config), run };
    this.draft.write({ ...config, alpha: currentAlpha(run) });
    this.#connection.send({ type: "resume", runId: this.#runId, key });
    this.#wantsPlay = !ended;
  }

  /** Drops the run that an earlier visit left behind. */
  forget(): void {
    const taken = this.offer.take();
    if (taken) this.#connection.send({ type: "forget", key: taken.stored.key });
  }

  dismissNotices(): void {
    this.state = { ...this.state, notices: [] };
  }

  /** Holds from the next batch on. */
  moveAlpha(alpha: number): void {
    this.#connection.send({ type: "set-alpha", alpha });
  }

  applyPreset({ first, against }: Preset): void {
    this.draft.change(first);
    this.next = against;
  }

  /** Keeps this run, and trains the other one of a comparison. */
  trainNext(): void {
    if (!this.next) return;
    this.keep();
    this.draft.change(this.next);
    this.next = undefined;
    this.reset();
    this.play();
  }

  keep(): void {
    if (this.run) void this.kept.keep(this.run, Date.now());
  }

  search(text: string): void {
    this.query = text;
    if (!text.trim() || !this.run?.evaluations.length) return;
    this.#searchId += 1;
    this.#connection.send({ type: "search", searchId: this.#searchId, text, limit: hitLimit });
  }

  /** Has what this run trained saved as a file. */
  export(part: ExportedPart): void {
    this.#connection.send({ type: "export", part });
  }

  dismissFailure(): void {
    this.state = { ...this.state, failure: undefined };
  }

  /** Another run begins. What was kept while this one ran is kept with all it has become. */
  #leaveRun(): void {
    this.draft.unsettle();
    if (this.run) void this.kept.follow(this.run);
    this.#wantsPlay = false;
    this.#runId += 1;
  }
}
