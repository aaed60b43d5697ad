/** @file The settings on show and in the address, and when they come to hold. */

import { defaultConfig, type RunConfig } from "../../training/config";
import { isFinal } from "../../worker/messages";
import type { LabState, Run } from "./run";
import { configFromHash, fitted, hashFromConfig } from "./settings";

/** What settings act on. */
export interface SettingsSubject {
  readonly state: LabState;
  readonly run: Run | undefined;
  readonly playing: boolean;
  /** Starts the run anew with the settings. */
  reset(): void;
  /** Moves α of the run that goes. */
  moveAlpha(alpha: number): void;
}

const settleMilliseconds = 400;

export class SettingsDraft {
  settings = $state.raw<RunConfig>(configFromHash(location.hash, defaultConfig));
  readonly #subject: SettingsSubject;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(subject: SettingsSubject) {
    this.#subject = subject;
  }

  /** Replaces all of them, in the address too. */
  write(settings: RunConfig): void {
    this.settings = settings;
    history.replaceState(null, "", hashFromConfig(settings));
  }

  /** Changes some. They hold at once before the first step; after it, with Reset. */
  change(changes: Partial<RunConfig>): void {
    this.write({ ...this.settings, ...changes });
    const { run, playing } = this.#subject;
    if (!run) return;
    if (run.step === 0 && !playing) {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.settleNow(), settleMilliseconds);
    } else if (
      changes.alpha !== undefined &&
      run.config.sampler === "hybrid" &&
      !isFinal(run.state)
    ) {
      this.#subject.moveAlpha(changes.alpha);
    }
  }

  /** Takes the settings of a link that was pasted while the page is open. */
  followLink(hash: string): void {
    const { lab } = this.#subject.state;
    const config = configFromHash(hash, defaultConfig);
    this.change(lab ? fitted(config, lab.corpus.languages, lab.encoder.layers) : config);
  }

  /** Starts anew if settings changed and do not hold yet. */
  settleNow(): void {
    if (this.#settling === undefined) return;
    this.unsettle();
    const { run } = this.#subject;
    if (run && JSON.stringify(run.config) !== JSON.stringify(this.settings)) this.#subject.reset();
  }

  /** For a run that begins with them. */
  unsettle(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }
}
