/** @file The encoder before training: what a run is compared with. */

import type { Language, ParallelCorpus } from "../data/dataset";
import { retrievalDataset } from "../data/retrieval";
import {
  evaluate,
  type Evaluation,
  type EvaluationSet,
  tokenizeDataset,
} from "../evaluation/evaluate";
import { embeddersFor, type Lab } from "./lab";
import type { Report } from "./report";

/** The unseen items in a run's languages, and the scores of the untrained encoder on them. */
export interface StartingPoint {
  set: EvaluationSet;
  evaluation: Evaluation;
}

/** Starting points by their languages; runs with the same ones share it. */
export type StartingPoints = Map<string, StartingPoint>;

export async function findStartingPoint(
  known: StartingPoints,
  lab: Lab,
  { corpus, languages }: { corpus: ParallelCorpus; languages: readonly Language[] },
  report: Report,
): Promise<StartingPoint> {
  const key = languages.join();
  const found = known.get(key);
  if (found) return found;
  report.progress("tokenize", 0, 1);
  const set = tokenizeDataset(lab.encoder, retrievalDataset(corpus, "test", languages));
  report.progress("tokenize", 1, 1);
  const embedders = await embeddersFor(lab, lab.initial);
  const options = { progress: report.progress, embedders };
  const point = { set, evaluation: await evaluate(lab.encoder, lab.initial, set, options) };
  known.set(key, point);
  return point;
}
