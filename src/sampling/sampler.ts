import type { Language, TrainingPairs } from "../data/dataset";
import type { Random } from "../random";

/** One training pair of a batch: a query in one language, its positive in the same or another. */
export interface BatchRow {
  /** Index into `TrainingPairs.pairs`. */
  pair: number;
  /** The item both texts belong to; two rows of one item are each other's positives. */
  item: number;
  queryLanguage: Language;
  passageLanguage: Language;
}

/** The rows that share one InfoNCE; each row's negatives are the other rows' passages. */
export interface Batch {
  kind: "monolingual" | "cross-lingual" | "same-language rows";
  rows: BatchRow[];
}

/** What a sampler needs to know. */
export interface SamplerOptions {
  batchSize: number;
  /** Probability that a hybrid batch is monolingual, read anew for each batch. */
  alpha: () => number;
}

/** Draws batches without end, epoch after epoch; all chance comes from `random`. */
export type BatchSampler = (
  data: TrainingPairs,
  options: SamplerOptions,
  random: Random,
) => Generator<Batch, never, void>;
