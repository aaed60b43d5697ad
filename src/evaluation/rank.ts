/** @file Exact ranks of the relevant passages, in blocks of queries. */

import * as tf from "@tensorflow/tfjs-core";
import type { RetrievalDataset } from "../data/dataset";
import type { QueryRanks } from "../metrics/aggregate";
import { rankOf } from "../metrics/ranks";
import type { Embeddings, Progress } from "./embed";

/** Queries whose similarities are held at once; at 13,000 passages that is 13 MB. */
const queriesPerBlock = 256;

/**
 * Ranks of each query's relevant passages within their language and within the
 * pool of all languages. Nothing is sorted: a rank is counted.
 *
 * @throws {RangeError} where a query has not one relevant passage in each language.
 */
export async function rankRelevant(
  dataset: RetrievalDataset,
  queries: Embeddings,
  passages: Embeddings,
  progress: Progress = () => undefined,
): Promise<QueryRanks> {
  const { languages } = dataset;
  const total = dataset.queries.length;
  const poolSize = dataset.passages.length;
  const blocks = languageBlocks(dataset);
  const monoCrossRanks = new Int32Array(total * languages.length);
  const multiRanks = new Int32Array(total * languages.length);
  const candidates = tf.tensor2d(passages.values, [poolSize, passages.width]);
  try {
    for (let first = 0; first < total; first += queriesPerBlock) {
      const count = Math.min(queriesPerBlock, total - first);
      const similarities = await similarityBlock(queries, candidates, first, count);
      for (let offset = 0; offset < count; offset++) {
        const query = first + offset;
        const row = similarities.subarray(offset * poolSize, (offset + 1) * poolSize);
        for (const [language, passage] of relevantByLanguage(dataset, query).entries()) {
          const { start, end } = blocks[language]!;
          const cell = query * languages.length + language;
          monoCrossRanks[cell] = rankOf(row.subarray(start, end), passage - start);
          multiRanks[cell] = rankOf(row, passage);
        }
      }
      progress(first + count, total);
    }
  } finally {
    candidates.dispose();
  }
  const indexOf = new Map(languages.map((language, index) => [language, index]));
  const queryLanguages = dataset.queries.map(({ language }) => indexOf.get(language)!);
  return { languages, queryLanguages, monoCrossRanks, multiRanks, poolSize };
}

/** Cosines of a block of queries with all passages; [count, passages], row-major. */
async function similarityBlock(
  queries: Embeddings,
  candidates: tf.Tensor2D,
  first: number,
  count: number,
): Promise<Float32Array> {
  const { width } = queries;
  const block = tf.tidy(() => {
    const rows = queries.values.subarray(first * width, (first + count) * width);
    const left = tf.tensor2d(rows, [count, width]);
    return tf.matMul(left, candidates, false, true); // [count, passages]
  });
  try {
    return await block.data<"float32">();
  } finally {
    block.dispose();
  }
}

/** Where the passages of each language stand; they are stored language by language. */
function languageBlocks({
  languages,
  passages,
}: RetrievalDataset): { start: number; end: number }[] {
  return languages.map((language) => {
    const start = passages.findIndex((passage) => passage.language === language);
    const end = passages.findLastIndex((passage) => passage.language === language) + 1;
    const misplaced = passages.slice(start, end).find((passage) => passage.language !== language);
    if (start < 0 || misplaced) {
      throw new RangeError(`passages of ${language} are missing or not stored in one block`);
    }
    return { start, end };
  });
}

/** The relevant passage of each language, in the order of the languages. */
function relevantByLanguage(
  { languages, passages, qrels, queries }: RetrievalDataset,
  query: number,
): number[] {
  const relevant = qrels[query] ?? [];
  return languages.map((language) => {
    const found = relevant.filter((passage) => passages[passage]?.language === language);
    if (found.length === 1) return found[0]!;
    throw new RangeError(
      `query ${queries[query]?.id} has ${found.length} relevant passages in ${language}, not 1`,
    );
  });
}
