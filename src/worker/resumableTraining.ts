/** @file The steps of a run, and the checkpoints that it can be taken back to. */

import type { TrainingPairs } from "../data/dataset";
import type { EvaluationSet } from "../evaluation/evaluate";
import type { Ending } from "../training/checkpoint";
import type { RunConfig } from "../training/config";
import { alphaAfter } from "../training/curve";
import { disposeState, type TrainingState } from "../training/state";
import { train, type TrainingEvent, type TrainingRun } from "../training/train";
import { stepsBetweenCheckpoints } from "./checkpointKeeper";
import type { Lab } from "./lab";
import { isSound, RunCheckpoints, type RunSetup } from "./runCheckpoints";
import type { RunReport } from "./runReport";

/** Steps between two reads of the loss on WebGPU, where each read waits for the GPU. */
const stepsPerRead = 4;

export class ResumableTraining {
  readonly #lab: Lab;
  readonly #config: RunConfig;
  readonly #told: RunReport;
  readonly #checkpoints: RunCheckpoints;
  readonly #run: TrainingRun;
  #steps: AsyncGenerator<TrainingEvent, void>;
  /** Whether the page asked for one step and waits for its loss. */
  #single = false;
  #isKept = false;

  /** @throws {RangeError} where the configuration does not fit encoder or data. */
  constructor(lab: Lab, data: TrainingPairs, setup: RunSetup, told: RunReport) {
    this.#lab = lab;
    this.#config = setup.config;
    this.#told = told;
    this.#checkpoints = new RunCheckpoints(lab, setup, told);
    const state = this.#checkpoints.restore();
    this.#run = { encoder: lab.encoder, data, config: setup.config, state };
    this.#steps = this.#train();
  }

  get state(): TrainingState {
    return this.#run.state;
  }

  /** Whether the step that was taken last is to end in a checkpoint, scored or not. */
  get isKept(): boolean {
    return this.#isKept;
  }

  isScored(step: number): boolean {
    return step % this.#config.evaluateEvery === 0 || step === this.#config.steps;
  }

  /** One update; undefined where all steps are taken. */
  async next(single: boolean): Promise<TrainingEvent | undefined> {
    this.#single = single;
    const { value } = await this.#steps.next();
    return value ?? undefined;
  }

  /** Takes no more steps, unless it goes back. */
  async end(): Promise<void> {
    await this.#steps.return();
  }

  async checkpoint(ended: Ending | undefined, options: { urgent: boolean }): Promise<void> {
    const header = { curve: this.#told.curve, ...(ended && { ended }) };
    await this.#checkpoints.take(this.state, header, options);
  }

  /** A checkpoint between two evaluations; none of a state that has diverged. */
  async checkpointIfSound(set: EvaluationSet, options: { urgent: boolean }): Promise<void> {
    const { state } = this;
    if (state.step === 0) return;
    const isNew = state.step !== this.#checkpoints.step;
    if (isNew && !(await isSound(this.#lab.encoder, state, set))) return;
    await this.checkpoint(undefined, options);
  }

  /** Goes on from the last checkpoint; all that came after it is as if it had not been. */
  goBack(): void {
    disposeState(this.state);
    this.#run.state = this.#checkpoints.restore();
    this.#told.rewind(this.state.step);
    this.#steps = this.#train();
  }

  /** Frees the tensors, and lets other tabs have the run. */
  async dispose(): Promise<void> {
    await this.end();
    disposeState(this.state);
    await this.#checkpoints.release();
  }

  #train(): AsyncGenerator<TrainingEvent, void> {
    return train(this.#run, {
      alpha: () => alphaAfter(this.#told.curve, this.state.step, this.#config.alpha),
      readsLoss: (step) => this.#readsLoss(step),
    });
  }

  /** Asked once a step. A checkpoint has all losses up to it. */
  #readsLoss(step: number): boolean {
    this.#isKept = step % stepsBetweenCheckpoints === 0 && this.#checkpoints.isDue;
    const readsAll = this.#single || this.#lab.environment.backend !== "webgpu";
    return readsAll || step % stepsPerRead === 0 || this.#isKept || this.isScored(step);
  }
}
