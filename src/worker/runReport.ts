/** @file What the worker tells the page of one run; remembers its curve, which checkpoints carry. */

import type { TrainingPairs } from "../data/dataset";
import type { Evaluation } from "../evaluation/evaluate";
import type { Scores } from "../metrics/scores";
import type { Batch } from "../sampling/sampler";
import { type Curve, curveUpTo } from "../training/curve";
import type { TrainingEvent } from "../training/train";
import { previewBatch } from "./glimpse";
import type { ExportedPart, RunState } from "./messages";
import { type Report, serializeError } from "./report";

/** A person reads no more batches than this. */
const millisecondsBetweenBatches = 200;

export class RunReport {
  readonly #report: Report;
  readonly #runId: number;
  readonly #data: TrainingPairs;
  #curve: Curve<Scores> = { losses: [], kinds: [], evaluations: [], alphaMarks: [] };
  /** Of the steps whose losses have not been read yet. */
  #unread = { seconds: 0, kinds: [] as Batch["kind"][] };
  #batchToldAt = -Infinity;

  constructor(report: Report, runId: number, data: TrainingPairs) {
    this.#report = report;
    this.#runId = runId;
    this.#data = data;
  }

  /** Complete up to the last step whose loss was read. */
  get curve(): Curve<Scores> {
    return this.#curve;
  }

  state(state: RunState, step: number): void {
    this.#report.post({ type: "state", runId: this.#runId, state, step });
  }

  /** @param single whether the page asked for this one step, and waits to see its batch. */
  step(event: TrainingEvent, seconds: number, single: boolean): void {
    const { step, batch, losses, learningRate } = event;
    const runId = this.#runId;
    this.#unread.seconds += seconds;
    this.#unread.kinds.push(batch.kind);
    if (single || performance.now() - this.#batchToldAt > millisecondsBetweenBatches) {
      this.#batchToldAt = performance.now();
      const preview = previewBatch(batch, this.#data);
      this.#report.post({ type: "batch", runId, step, batch: preview });
    }
    if (!losses) return;
    const { firstStep, values } = losses;
    const unread = this.#unread;
    this.#unread = { seconds: 0, kinds: [] };
    this.#curve.losses.push(...values);
    this.#curve.kinds.push(...unread.kinds);
    this.#report.post({
      type: "steps",
      runId,
      firstStep,
      losses: values,
      learningRate,
      ...unread,
    });
  }

  scores(step: number, { scores, seconds }: Evaluation): void {
    const earlier = this.#curve.evaluations.filter((evaluation) => evaluation.step < step);
    this.#curve.evaluations = [...earlier, { step, scores }];
    this.#report.post({ type: "evaluated", runId: this.#runId, step, scores, seconds });
  }

  alphaMoved(step: number, alpha: number): void {
    const earlier = this.#curve.alphaMarks.filter((mark) => mark.step < step);
    this.#curve.alphaMarks = [...earlier, { step, alpha }];
    this.#report.post({ type: "alpha-moved", runId: this.#runId, step, alpha });
  }

  saved(step: number): void {
    this.#report.post({ type: "saved", runId: this.#runId, step });
  }

  unsaved(step: number, reason: string): void {
    this.#report.post({ type: "unsaved", runId: this.#runId, step, reason });
  }

  /** The run goes on from a checkpoint of an earlier visit. */
  resumed(step: number, curve: Curve<Scores>): void {
    this.#curve = curve;
    this.#report.post({ type: "resumed", runId: this.#runId, step, curve });
  }

  /** The run is back at an earlier step; `reason` is a sentence. */
  recovered(step: number, reason: string): void {
    this.rewind(step);
    this.#report.post({ type: "recovered", runId: this.#runId, step, reason });
  }

  rewind(step: number): void {
    this.#unread = { seconds: 0, kinds: [] };
    this.#curve = curveUpTo(this.#curve, step);
  }

  exported(step: number, part: ExportedPart, archive: ArrayBuffer): void {
    this.#report.post({ type: "exported", runId: this.#runId, step, part, archive });
  }

  failed(error: unknown): void {
    const runId = this.#runId;
    this.#report.post({ type: "failed", scope: "run", runId, error: serializeError(error) });
  }
}
