import { mean } from "./mean";
import { median } from "./median";
import { normalisedRankDistance, rankDistance } from "./rankDistance";
import type { BiasScores, Scores } from "./scores";
import { meanScores, scoreQuery } from "./settingScores";

/** The ranks of every query's relevant passages, one a language: all that the scores depend on. */
export interface QueryRanks {
  languages: readonly string[];
  /** Of each query, the index of its language. */
  queryLanguages: ArrayLike<number>; // [queries]
  /** Rank of the relevant passage of each language among the passages of that language. */
  monoCrossRanks: Int32Array; // [queries, languages]
  /** Rank of the relevant passage of each language among the passages of all languages. */
  multiRanks: Int32Array; // [queries, languages]
  /** Passages of all languages together. */
  poolSize: number;
}

/**
 * The scores of an encoder, macro-averaged: over the queries of a language
 * first, then over query languages (mono, multi, bias) or ordered pairs of
 * different languages (cross), so that every language counts the same; arXiv
 * 2408.10536, section 4.
 */
export function aggregate(ranks: QueryRanks): Scores {
  checkShapes(ranks);
  const { languages, monoCrossRanks, multiRanks } = ranks;
  const queriesOf = queriesByLanguage(ranks);

  const pairScores = queriesOf.map((queries) =>
    languages.map((_, column) =>
      meanScores(
        queries.map((query) => scoreQuery([monoCrossRanks[query * languages.length + column]!])),
      ),
    ),
  );

  const multiOf = (query: number): Int32Array =>
    multiRanks.subarray(query * languages.length, (query + 1) * languages.length);
  return {
    mono: meanScores(pairScores.map((row, language) => row[language]!)),
    cross: meanScores(
      pairScores.flatMap((row, language) => row.filter((_, other) => other !== language)),
    ),
    multi: meanScores(
      queriesOf.map((queries) => meanScores(queries.map((query) => scoreQuery(multiOf(query))))),
    ),
    bias: biasScores(
      queriesOf.map((queries) => queries.map((query) => rankDistance(multiOf(query)))),
      ranks.poolSize,
    ),
    languages: [...languages],
    pairs: pairScores.map((row) => row.map(({ map }) => map)),
  };
}

/** @param distances Rank distance of each query, by query language. */
function biasScores(distances: readonly number[][], poolSize: number): BiasScores {
  const distance = mean(distances.map(mean));
  return {
    rankDistance: distance,
    // The number of relevant passages is the number of languages, for every query.
    normalised: normalisedRankDistance(distance, poolSize, distances.length),
    median: median(distances.flat()),
  };
}

/** Of each language, the indices of its queries. */
function queriesByLanguage({ languages, queryLanguages }: QueryRanks): number[][] {
  const queriesOf: number[][] = languages.map(() => []);
  for (const [query, language] of Array.from(queryLanguages).entries()) {
    const queries = queriesOf[language];
    if (!queries) {
      throw new RangeError(
        `query ${query} is in language ${language}, not in 0 … ${languages.length - 1}`,
      );
    }
    queries.push(query);
  }
  const silent = queriesOf.findIndex((queries) => queries.length === 0);
  if (silent >= 0) throw new RangeError(`no query is in language ${languages[silent]}`);
  return queriesOf;
}

function checkShapes(ranks: QueryRanks): void {
  const { languages, queryLanguages, monoCrossRanks, multiRanks } = ranks;
  if (languages.length < 2) {
    throw new RangeError(`cross-lingual scores need at least 2 languages, got ${languages.length}`);
  }
  const size = queryLanguages.length * languages.length;
  if (monoCrossRanks.length !== size || multiRanks.length !== size) {
    throw new RangeError(
      `${queryLanguages.length} queries × ${languages.length} languages are ${size} ranks, ` +
        `got ${monoCrossRanks.length} and ${multiRanks.length}`,
    );
  }
}
