/** @file The page's one object with a life: owns the worker, the settings and the runs on show. */

import { download, type Download } from "../../storage/downloads";
import { RunStore } from "../../storage/runs";
import { defaultConfig, type RunConfig } from "../../training/config";
import { isFinal, type Command, type ExportedPart, type WorkerEvent } from "../../worker/messages";
import type { Preset } from "./choices";
import { KeptRuns, type Store } from "./keptRuns.svelte";
import {
  emptyLab,
  isOfEarlierRun,
  needsReset,
  reduce,
  startRun,
  type LabState,
  type Run,
} from "./run";
import { exampleQueries } from "./searching";
import { backendFromSearch, configFromHash, fileUrl, fitted, hashFromConfig } from "./settings";

/** What the lab speaks to: the worker's client, or a fake in a test. */
export interface Connection {
  send(command: Command): void;
}

/** How many hits a search asks for. */
export const hitLimit = 10;

const settleMilliseconds = 400;

export class Lab {
  state = $state.raw<LabState>(emptyLab);
  settings = $state.raw<RunConfig>(configFromHash(location.hash, defaultConfig));
  query = $state.raw(exampleQueries[0]!.text);
  /** What is trained after this run, for a comparison. */
  next = $state.raw<Preset["against"]>(undefined);
  #wantsPlay = $state(false);

  readonly kept: KeptRuns;
  readonly run = $derived(this.state.run);
  readonly playing = $derived(this.#wantsPlay && !!this.run && !isFinal(this.run.state));
  readonly needsReset = $derived(
    !!this.run && this.run.step > 0 && needsReset(this.run, this.settings),
  );

  #connection: Connection;
  #download: Download;
  #runId = 0;
  #searchId = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    connect: (onEvent: (event: WorkerEvent) => void) => Connection,
    store: Store = new RunStore(),
    offer: Download = download,
  ) {
    this.#download = offer;
    this.kept = new KeptRuns(store);
    void this.kept.restore();
    this.#connection = connect((event) => this.#receive(event));
    this.#connection.send({
      type: "open",
      encoderUrl: fileUrl("encoder/", document.baseURI),
      corpusUrl: fileUrl("corpus/", document.baseURI),
      backend: backendFromSearch(location.search),
    });
  }

  /** The run that is drawn dashed: the one to compare with, unless it is the present one. */
  get comparedRun(): Run | undefined {
    const { chosen } = this.kept;
    return chosen?.run.runId === this.run?.runId ? undefined : chosen?.run;
  }

  get isKept(): boolean {
    return !!this.run && !!this.kept.entryOf(this.run);
  }

  #receive(event: WorkerEvent): void {
    if (isOfEarlierRun(this.state, event)) return;
    this.state = reduce(this.state, event, performance.now());
    if (event.type === "opened") {
      const { corpus, encoder } = event.lab;
      this.settings = fitted(this.settings, corpus.languages, encoder.layers);
      this.reset();
    } else if (event.type === "state" && event.state === "paused") {
      this.#wantsPlay = false;
    } else if (event.type === "failed") {
      this.#wantsPlay = false;
    } else if (event.type === "evaluated") {
      this.search(this.query);
    } else if (event.type === "exported") {
      const { part, step, archive } = event;
      this.#download(`${part}-seed-${this.run!.config.seed}-step-${step}.zip`, archive);
    }
    const { run } = this;
    if (run && (event.type === "evaluated" || isFinal(run.state))) void this.kept.follow(run);
  }

  play(): void {
    this.#settleNow();
    this.#wantsPlay = true;
    this.#connection.send({ type: "play" });
  }

  pause(): void {
    this.#wantsPlay = false;
    this.#connection.send({ type: "pause" });
  }

  step(): void {
    this.#settleNow();
    this.#wantsPlay = false;
    this.#connection.send({ type: "step" });
  }

  stop(): void {
    this.#wantsPlay = false;
    this.#connection.send({ type: "stop" });
  }

  /** Starts anew from the initial parameters with the present settings; same seed, same curve. */
  reset(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    // What was kept while it ran is kept with all it has become.
    if (this.run) void this.kept.follow(this.run);
    this.kept.compareNext();
    this.#wantsPlay = false;
    this.#runId += 1;
    const config = this.settings;
    this.state = startRun(this.state, this.#runId, config);
    this.#connection.send({ type: "configure", runId: this.#runId, config });
  }

  /** Changes settings. They hold at once before the first step; after it, with Reset. */
  change(changes: Partial<RunConfig>): void {
    this.settings = { ...this.settings, ...changes };
    history.replaceState(null, "", hashFromConfig(this.settings));
    if (!this.run) return;
    const { run } = this;
    if (run.step === 0 && !this.playing) {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#settleNow(), settleMilliseconds);
    } else if (
      changes.alpha !== undefined &&
      run.config.sampler === "hybrid" &&
      !isFinal(run.state)
    ) {
      this.#connection.send({ type: "set-alpha", alpha: changes.alpha });
    }
  }

  /** Takes the settings of a link that was pasted while the page is open. */
  followLink(hash: string): void {
    const { lab } = this.state;
    const config = configFromHash(hash, defaultConfig);
    this.change(lab ? fitted(config, lab.corpus.languages, lab.encoder.layers) : config);
  }

  applyPreset({ first, against }: Preset): void {
    this.change(first);
    this.next = against;
  }

  /** Keeps this run, and trains the other one of a comparison. */
  trainNext(): void {
    if (!this.next) return;
    this.keep();
    this.change(this.next);
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

  /** Starts anew if settings changed and were not sent yet. */
  #settleNow(): void {
    if (this.#settling === undefined) return;
    clearTimeout(this.#settling);
    this.#settling = undefined;
    if (this.run && JSON.stringify(this.run.config) !== JSON.stringify(this.settings)) this.reset();
  }
}
