import type { Language, TrainingPairs } from "../../src/data/dataset";

/** Training pairs of items with so many questions each; their texts are not needed here. */
export function tinyPairs(
  questionCounts: readonly number[],
  languages: readonly Language[],
): TrainingPairs {
  return {
    languages,
    pairs: questionCounts.flatMap((count, item) =>
      Array.from({ length: count }, (_, question) => ({ item, question })),
    ),
    query: (pair, language) => `query ${pair} in ${language}`,
    passage: (pair, language) => `passage ${pair} in ${language}`,
  };
}
