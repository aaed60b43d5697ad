/** @file One training run in the worker: steps, scores, the last good checkpoint, searches. */

import type { ParallelCorpus } from "../data/dataset";
import { trainingPairs } from "../data/retrieval";
import { embedSequences, type Embeddings } from "../evaluation/embed";
import { evaluate, type Evaluation } from "../evaluation/evaluate";
import { rankPassages } from "../evaluation/search";
import type { Batch } from "../sampling/sampler";
import type { RunConfig } from "../training/config";
import { disposeState, initState, takeCheckpoint, type TrainingState } from "../training/state";
import { NonFiniteLossError, train, type TrainingEvent, type TrainingRun } from "../training/train";
import { exportArchive } from "./exportArchive";
import { firstHits, previewBatch } from "./glimpse";
import { embeddersFor, type Lab } from "./lab";
import type { ExportedPart, RunState } from "./messages";
import { type Report, serializeError } from "./report";
import { findStartingPoint, type StartingPoint, type StartingPoints } from "./startingPoint";

/** A person reads no more batches than this. */
const millisecondsBetweenBatches = 200;

/** Steps between two reads of the loss on WebGPU, where each read waits for the GPU. */
const stepsPerRead = 4;

/** A run, driven by the session one step at a time. */
export class Run {
  readonly #lab: Lab;
  readonly #corpus: ParallelCorpus;
  readonly #runId: number;
  readonly #config: RunConfig;
  readonly #report: Report;
  readonly #training: TrainingRun;
  readonly #steps: AsyncGenerator<TrainingEvent, void>;
  #state: RunState = "ready";
  #alpha: number;
  /** Whether the page asked for one step and waits for its loss. */
  #single = false;
  /** The state at the last scores: what a run that diverges goes back to. */
  #checkpoint: TrainingState;
  /** Set by `start`. */
  #point: StartingPoint | undefined;
  /** Embeddings of the unseen passages, and the step they belong to. */
  #passages: { step: number; embeddings: Embeddings } | undefined;
  /** Of the steps whose losses have not been read yet. */
  #unreported = { seconds: 0, kinds: [] as Batch["kind"][] };
  #batchToldAt = -Infinity;

  /** @throws {RangeError} where the configuration does not fit encoder or corpus. */
  constructor(
    lab: Lab,
    corpus: ParallelCorpus,
    { runId, config }: { runId: number; config: RunConfig },
    report: Report,
  ) {
    this.#lab = lab;
    this.#corpus = corpus;
    this.#runId = runId;
    this.#config = config;
    this.#report = report;
    this.#alpha = config.alpha;
    const data = trainingPairs(corpus, config.languages);
    const state = initState(lab.encoder, lab.initial, config);
    this.#training = { encoder: lab.encoder, data, config, state };
    this.#checkpoint = takeCheckpoint(lab.encoder, state);
    this.#steps = train(this.#training, {
      alpha: () => this.#alpha,
      readsLoss: (step) => this.#readsLoss(step),
    });
  }

  get state(): RunState {
    return this.#state;
  }

  setState(state: RunState): void {
    this.#state = state;
    const { step } = this.#training.state;
    this.#report.post({ type: "state", runId: this.#runId, state, step });
  }

  /** Scores the encoder before training. */
  async start(known: StartingPoints): Promise<void> {
    this.setState("scoring");
    try {
      const { languages } = this.#config;
      const unseen = { corpus: this.#corpus, languages };
      this.#point = await findStartingPoint(known, this.#lab, unseen, this.#report);
    } catch (error) {
      return this.#fail(error);
    }
    this.#tellScores(this.#point.evaluation);
    this.setState("ready");
  }

  /** One update, and the scores that are due after it. */
  async advance(single: boolean): Promise<void> {
    this.#single = single;
    const started = performance.now();
    try {
      const { value: event, done } = await this.#steps.next();
      if (done) return this.setState("completed");
      this.#unreported.seconds += (performance.now() - started) / 1000;
      this.#tellStep(event);
      if (this.#isScored(event.step)) await this.#score();
      if (event.step === this.#config.steps) this.setState("completed");
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes effect from the next batch on. */
  moveAlpha(alpha: number): void {
    if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`α is between 0 and 1, got ${alpha}`);
    this.#alpha = alpha;
    const { step } = this.#training.state;
    this.#report.post({ type: "alpha-moved", runId: this.#runId, step, alpha });
  }

  /** Scores the encoder as it is and ends the run. */
  async stop(): Promise<void> {
    await this.#steps.return();
    try {
      // The checkpoint's step is the last scored one.
      if (this.#checkpoint.step !== this.#training.state.step) await this.#score();
    } catch (error) {
      return this.#fail(error);
    }
    this.setState("stopped");
  }

  /** Ranks the unseen passages for a text, by the encoder before training and as it is. */
  async search(searchId: number, text: string, limit: number): Promise<void> {
    const { encoder, initial } = this.#lab;
    const { step, parameters } = this.#training.state;
    const { set, evaluation } = this.#startingPoint();
    const embeddings = await this.#presentPassages();
    const before = await rankPassages(encoder, initial, text, evaluation.passages);
    const now = await rankPassages(encoder, parameters, text, embeddings);
    const { passages } = set.dataset;
    this.#report.post({
      type: "searched",
      searchId,
      step,
      before: firstHits(passages, this.#corpus, before, { other: now, limit }),
      now: firstHits(passages, this.#corpus, now, { other: before, limit }),
    });
  }

  /** Gives the page what has been trained, as it is now. */
  async export(part: ExportedPart): Promise<void> {
    const { step, parameters } = this.#training.state;
    const archive = await exportArchive(part, parameters, this.#config, this.#lab.files);
    this.#report.post({ type: "exported", runId: this.#runId, step, part, archive });
  }

  /** Frees the tensors; the run cannot be used any more. */
  async dispose(): Promise<void> {
    await this.#steps.return();
    disposeState(this.#training.state);
    disposeState(this.#checkpoint);
  }

  #isScored(step: number): boolean {
    return step % this.#config.evaluateEvery === 0 || step === this.#config.steps;
  }

  #readsLoss(step: number): boolean {
    const readsAll = this.#single || this.#lab.environment.backend !== "webgpu";
    return readsAll || step % stepsPerRead === 0 || this.#isScored(step);
  }

  async #score(): Promise<void> {
    const before = this.#state;
    this.setState("scoring");
    const { encoder } = this.#lab;
    const { parameters } = this.#training.state;
    const { set } = this.#startingPoint();
    const evaluation = await evaluate(encoder, parameters, set, {
      progress: this.#report.progress,
      embedders: await embeddersFor(this.#lab, parameters),
    });
    // Ranking refuses a NaN, so whatever was scored is good to go back to.
    disposeState(this.#checkpoint);
    this.#checkpoint = takeCheckpoint(encoder, this.#training.state);
    this.#tellScores(evaluation);
    this.setState(before);
  }

  #tellScores({ scores, seconds, passages: embeddings }: Evaluation): void {
    const { step } = this.#training.state;
    this.#passages = { step, embeddings };
    this.#report.post({ type: "evaluated", runId: this.#runId, step, scores, seconds });
  }

  /** Embeddings of the unseen passages at the present step; made now if they are older. */
  async #presentPassages(): Promise<Embeddings> {
    const { encoder } = this.#lab;
    const { step, parameters } = this.#training.state;
    if (this.#passages?.step === step) return this.#passages.embeddings;
    const embeddings = await embedSequences(
      encoder,
      parameters,
      this.#startingPoint().set.passages,
      this.#report.task("encode passages"),
      await embeddersFor(this.#lab, parameters),
    );
    this.#passages = { step, embeddings };
    return embeddings;
  }

  #startingPoint(): StartingPoint {
    if (this.#point) return this.#point;
    throw new Error("This run could not be scored. Reset to start again.");
  }

  #tellStep({ step, batch, losses, learningRate }: TrainingEvent): void {
    const runId = this.#runId;
    this.#unreported.kinds.push(batch.kind);
    if (this.#single || performance.now() - this.#batchToldAt > millisecondsBetweenBatches) {
      this.#batchToldAt = performance.now();
      const preview = previewBatch(batch, this.#training.data);
      this.#report.post({ type: "batch", runId, step, batch: preview });
    }
    if (!losses) return;
    const { firstStep, values } = losses;
    const { seconds, kinds } = this.#unreported;
    this.#unreported = { seconds: 0, kinds: [] };
    this.#report.post({
      type: "steps",
      runId,
      firstStep,
      losses: values,
      learningRate,
      kinds,
      seconds,
    });
  }

  /** Goes back to the last scored parameters; a diverged encoder cannot be searched with. */
  #fail(error: unknown): void {
    disposeState(this.#training.state);
    this.#training.state = takeCheckpoint(this.#lab.encoder, this.#checkpoint);
    this.setState("failed");
    if (error instanceof NonFiniteLossError) {
      error.message += ` The parameters of step ${this.#checkpoint.step} are kept.`;
    }
    const runId = this.#runId;
    this.#report.post({ type: "failed", scope: "run", runId, error: serializeError(error) });
  }
}
