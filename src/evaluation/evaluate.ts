/** @file How good an encoder is on a data set: embed, rank, score. */

import type { RetrievalDataset } from "../data/dataset";
import type { Encoder } from "../encoder/encoder";
import type { Parameters } from "../encoder/parameters";
import { aggregate } from "../metrics/aggregate";
import type { Scores } from "../metrics/scores";
import { type BatchEmbedder, embedSequences, type Embeddings, type Progress } from "./embed";
import { rankRelevant } from "./rank";

/** A data set with its texts tokenized, which is done once. */
export interface EvaluationSet {
  dataset: RetrievalDataset;
  queries: readonly (readonly number[])[];
  passages: readonly (readonly number[])[];
}

export function tokenizeDataset({ tokenizer }: Encoder, dataset: RetrievalDataset): EvaluationSet {
  return {
    dataset,
    queries: dataset.queries.map(({ text }) => tokenizer.encode(text)),
    passages: dataset.passages.map(({ text }) => tokenizer.encode(text)),
  };
}

/** What an evaluation is doing. */
export type EvaluationTask = "encode passages" | "encode queries" | "rank";

export interface EvaluationOptions {
  progress?: (task: EvaluationTask, done: number, total: number) => void;
  /** Who embeds; this thread where not given. */
  embedders?: readonly BatchEmbedder[];
  /** Clock in milliseconds. */
  now?: () => number;
}

export interface Evaluation {
  scores: Scores;
  /** Embeddings of the passages, to search in; aligned with the data set's. */
  passages: Embeddings;
  seconds: { encode: number; evaluate: number };
}

/** Scores the encoder at `parameters`. Deterministic on a device: no chance is involved. */
export async function evaluate(
  encoder: Encoder,
  parameters: Parameters,
  set: EvaluationSet,
  { progress = () => undefined, embedders, now = () => performance.now() }: EvaluationOptions = {},
): Promise<Evaluation> {
  const told =
    (task: EvaluationTask): Progress =>
    (done, total) =>
      progress(task, done, total);
  const start = now();
  const embed = (task: EvaluationTask, texts: EvaluationSet["passages"]) =>
    embedSequences(encoder, parameters, texts, told(task), embedders);
  const passages = await embed("encode passages", set.passages);
  const queries = await embed("encode queries", set.queries);
  const encoded = now();
  const scores = aggregate(await rankRelevant(set.dataset, queries, passages, told("rank")));
  const seconds = { encode: (encoded - start) / 1000, evaluate: (now() - encoded) / 1000 };
  return { scores, passages, seconds };
}
