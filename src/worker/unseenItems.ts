/** @file The items that a run does not train on: scores on them, and searches among their passages. */

import type { Language, ParallelCorpus } from "../data/dataset";
import type { Parameters } from "../encoder/parameters";
import { embedSequences, type Embeddings } from "../evaluation/embed";
import { evaluate, type Evaluation, type EvaluationSet } from "../evaluation/evaluate";
import { rankPassages } from "../evaluation/search";
import { firstHits } from "./glimpse";
import { embeddersFor, type Lab } from "./lab";
import type { Report } from "./report";
import { findStartingPoint, type StartingPoint, type StartingPoints } from "./startingPoint";

/** The encoder as it is. */
interface Present {
  step: number;
  parameters: Parameters;
}

export class UnseenItems {
  readonly #lab: Lab;
  readonly #corpus: ParallelCorpus;
  readonly #languages: readonly Language[];
  readonly #report: Report;
  /** Set by `scoreUntrained`. */
  #point: StartingPoint | undefined;
  /** Embeddings of the passages, and the step they belong to; a search at that step need not make them. */
  #passages: { step: number; embeddings: Embeddings } | undefined;

  constructor(lab: Lab, corpus: ParallelCorpus, languages: readonly Language[], report: Report) {
    this.#lab = lab;
    this.#corpus = corpus;
    this.#languages = languages;
    this.#report = report;
  }

  get set(): EvaluationSet {
    return this.#startingPoint().set;
  }

  /** Scores of the encoder before training; must come first. */
  async scoreUntrained(known: StartingPoints): Promise<Evaluation> {
    const unseen = { corpus: this.#corpus, languages: this.#languages };
    this.#point = await findStartingPoint(known, this.#lab, unseen, this.#report);
    const { evaluation } = this.#point;
    this.#passages = { step: 0, embeddings: evaluation.passages };
    return evaluation;
  }

  async score({ step, parameters }: Present): Promise<Evaluation> {
    const evaluation = await evaluate(this.#lab.encoder, parameters, this.set, {
      progress: this.#report.progress,
      embedders: await embeddersFor(this.#lab, parameters),
    });
    this.#passages = { step, embeddings: evaluation.passages };
    return evaluation;
  }

  /** Ranks the passages for a text, by the encoder before training and as it is, and tells both. */
  async search(
    present: Present,
    { searchId, text, limit }: { searchId: number; text: string; limit: number },
  ): Promise<void> {
    const { encoder, initial } = this.#lab;
    const { set, evaluation } = this.#startingPoint();
    const embeddings = await this.#presentPassages(present);
    const before = await rankPassages(encoder, initial, text, evaluation.passages);
    const now = await rankPassages(encoder, present.parameters, text, embeddings);
    const { passages } = set.dataset;
    this.#report.post({
      type: "searched",
      searchId,
      step: present.step,
      before: firstHits(passages, this.#corpus, before, { other: now, limit }),
      now: firstHits(passages, this.#corpus, now, { other: before, limit }),
    });
  }

  /** For a backend that failed: what it gave for the present step may be wrong. */
  forgetEmbeddings(): void {
    this.#passages = undefined;
  }

  /** Embeddings at the present step; made now if they are older. */
  async #presentPassages({ step, parameters }: Present): Promise<Embeddings> {
    if (this.#passages?.step === step) return this.#passages.embeddings;
    const embeddings = await embedSequences(
      this.#lab.encoder,
      parameters,
      this.set.passages,
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
}
