/** @file What the page sees of a batch and of a ranking: a few rows, with their texts. */

import type { ParallelCorpus, Passage, TrainingPairs } from "../data/dataset";
import type { Ranking } from "../evaluation/search";
import type { Batch } from "../sampling/sampler";
import type { BatchPreview, Hit } from "./messages";

/** Rows of a batch that the page shows. */
const previewRows = 6;

export function previewBatch({ kind, rows }: Batch, data: TrainingPairs): BatchPreview {
  return {
    kind,
    size: rows.length,
    rows: rows.slice(0, previewRows).map(({ pair, queryLanguage, passageLanguage }) => ({
      queryLanguage,
      passageLanguage,
      query: data.query(pair, queryLanguage),
      passage: data.passage(pair, passageLanguage),
    })),
  };
}

/** The first `limit` passages of a ranking, each with its rank in the other one. */
export function firstHits(
  passages: readonly Passage[],
  { items }: ParallelCorpus,
  ranking: Ranking,
  { other, limit }: { other: Ranking; limit: number },
): Hit[] {
  return [...ranking.order.subarray(0, limit)].map((passage) => {
    const { item, language, text } = passages[passage]!;
    return {
      passage,
      itemId: items.get(language)![item]!.id,
      language,
      text,
      similarity: ranking.similarities[passage]!,
      rank: ranking.ranks[passage]!,
      otherRank: other.ranks[passage]!,
    };
  });
}
