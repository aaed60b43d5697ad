/** @file One training run in the worker: steps, scores, checkpoints, searches. */

import type { ParallelCorpus } from "../data/dataset";
import { trainingPairs } from "../data/retrieval";
import type { RunConfig } from "../training/config";
import { NonFiniteLossError } from "../training/train";
import { exportArchive } from "./exportArchive";
import type { Lab } from "./lab";
import type { ExportedPart, RunState } from "./messages";
import { faultOf, LostBackendError, refuseFault, restartBackend, RestartLimit } from "./recovery";
import type { Report } from "./report";
import { ResumableTraining } from "./resumableTraining";
import type { RunSetup } from "./runCheckpoints";
import { RunReport } from "./runReport";
import type { StartingPoints } from "./startingPoint";
import { UnseenItems } from "./unseenItems";

/** A run, driven by the session one step at a time. */
export class Run {
  /** Names its checkpoints. */
  readonly key: string;
  readonly #lab: Lab;
  readonly #config: RunConfig;
  readonly #report: Report;
  readonly #told: RunReport;
  readonly #training: ResumableTraining;
  readonly #unseen: UnseenItems;
  readonly #restarts = new RestartLimit();
  #state: RunState = "ready";
  /** The state to be in when scoring is over. */
  #asked: RunState = "ready";

  /** @throws {RangeError} where the configuration does not fit encoder or corpus. */
  constructor(lab: Lab, corpus: ParallelCorpus, setup: RunSetup, report: Report) {
    const { runId, key, config, stored } = setup;
    this.key = key;
    this.#lab = lab;
    this.#config = config;
    this.#report = report;
    const data = trainingPairs(corpus, config.languages);
    this.#told = new RunReport(report, runId, data);
    this.#training = new ResumableTraining(lab, data, setup, this.#told);
    this.#unseen = new UnseenItems(lab, corpus, config.languages, report);
    if (stored) {
      this.#told.resumed(stored.header.step, stored.header.curve);
      this.#asked = stored.header.ended ?? "running";
    }
  }

  get state(): RunState {
    return this.#state;
  }

  setState(state: RunState): void {
    this.#state = state;
    if (state !== "scoring") this.#asked = state;
    this.#told.state(state, this.#training.state.step);
  }

  /** Scores the encoder before training. */
  async start(known: StartingPoints): Promise<void> {
    this.setState("scoring");
    try {
      const evaluation = await this.#unseen.scoreUntrained(known);
      refuseFault(this.#lab.device);
      // A run that goes on has these scores in its curve.
      if (this.#training.state.step === 0) this.#told.scores(0, evaluation);
    } catch (error) {
      // It may have been computed by what has failed.
      known.clear();
      return (await this.#recover(error)) ? this.start(known) : undefined;
    }
    this.setState(this.#asked);
  }

  /** One update, and the scores that are due after it. */
  async advance(single: boolean): Promise<void> {
    const started = performance.now();
    try {
      const event = await this.#training.next(single);
      refuseFault(this.#lab.device);
      if (!event) return this.setState("completed");
      this.#told.step(event, (performance.now() - started) / 1000, single);
      const isLast = event.step === this.#config.steps;
      if (this.#training.isScored(event.step)) await this.#score(isLast ? "completed" : undefined);
      else if (this.#training.isKept) await this.#keep({ urgent: false });
      this.#restarts.computed();
      if (isLast) this.setState("completed");
    } catch (error) {
      await this.#recover(error);
    }
  }

  /** Takes effect from the next batch on. */
  moveAlpha(alpha: number): void {
    if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`α is between 0 and 1, got ${alpha}`);
    this.#told.alphaMoved(this.#training.state.step, alpha);
  }

  /** Waits for `play`, with a checkpoint on the disk. */
  async pause(): Promise<void> {
    this.setState("paused");
    try {
      await this.#keep({ urgent: true });
    } catch (error) {
      await this.#recover(error);
    }
  }

  /** Scores the encoder as it is and ends the run. */
  async stop(): Promise<void> {
    await this.#training.end();
    const { step } = this.#training.state;
    try {
      const isScored = this.#told.curve.evaluations.at(-1)?.step === step;
      if (!isScored) await this.#score("stopped");
      else if (step > 0) await this.#training.checkpoint("stopped", { urgent: true });
    } catch (error) {
      if (!(await this.#recover(error))) return;
    }
    this.setState("stopped");
  }

  /** Ranks the unseen passages for a text, by the encoder before training and as it is. */
  async search(searchId: number, text: string, limit: number): Promise<void> {
    await this.#unseen.search(this.#training.state, { searchId, text, limit });
    this.#restarts.computed();
  }

  /** After the backend has failed while nothing was asked of this run, as when a laptop was shut. */
  async mend(): Promise<void> {
    const fault = this.#lab.device.fault ?? "the backend failed";
    if (!this.#restarts.allowsIdle()) {
      throw new LostBackendError(`The engine fails again and again (${fault}).`);
    }
    await this.#restart(fault);
  }

  /** Gives the page what has been trained, as it is now. */
  async export(part: ExportedPart): Promise<void> {
    const { step, parameters } = this.#training.state;
    const archive = await exportArchive(part, parameters, this.#config, this.#lab.files);
    this.#told.exported(step, part, archive);
  }

  /** Frees the tensors; the run cannot be used any more. */
  dispose(): Promise<void> {
    return this.#training.dispose();
  }

  async #score(ended?: "completed" | "stopped"): Promise<void> {
    this.setState("scoring");
    const { state } = this.#training;
    const evaluation = await this.#unseen.score(state);
    refuseFault(this.#lab.device);
    this.#told.scores(state.step, evaluation);
    // Ranking refuses a NaN, so whatever was scored is good to go back to.
    await this.#training.checkpoint(ended, { urgent: ended !== undefined });
    this.setState(this.#asked);
  }

  #keep(options: { urgent: boolean }): Promise<void> {
    return this.#training.checkpointIfSound(this.#unseen.set, options);
  }

  /**
   * Starts a failed backend anew and goes back to the last checkpoint.
   * @returns whether the run goes on; else it has failed, and the page knows why
   * @throws {LostBackendError} where the backend does not start
   */
  async #recover(error: unknown): Promise<boolean> {
    await this.#training.end();
    const fault = faultOf(error, this.#lab);
    const { step } = this.#training.state;
    if (fault === undefined || this.#restarts.isOfTheRun(error)) return this.#fail(error);
    if (this.#restarts.allows(step)) {
      await this.#restart(fault);
      return true;
    }
    await restartBackend(this.#lab, this.#report);
    return this.#fail(this.#restarts.error(step, fault));
  }

  async #restart(fault: string): Promise<void> {
    const { step } = this.#training.state;
    await restartBackend(this.#lab, this.#report);
    this.#training.goBack();
    this.#unseen.forgetEmbeddings();
    const back = this.#training.state.step;
    const goesOn = `It was started again, and the run goes on from step ${back}.`;
    this.#told.recovered(back, `The engine failed after step ${step} (${fault}). ${goesOn}`);
    this.setState(this.#asked);
  }

  /** Ends the run at its last checkpoint; a diverged encoder cannot be searched with. */
  async #fail(error: unknown): Promise<false> {
    this.#training.goBack();
    const { step } = this.#training.state;
    this.setState("failed");
    if (error instanceof NonFiniteLossError) {
      error.message += ` The parameters of step ${step} are kept.`;
    }
    this.#told.failed(error);
    if (step > 0) await this.#training.checkpoint("failed", { urgent: true });
    return false;
  }
}
