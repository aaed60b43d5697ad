/** @file Turns a parallel corpus into what is evaluated on and what is trained on. */

import type {
  Item,
  Language,
  ParallelCorpus,
  Passage,
  Query,
  RetrievalDataset,
  Split,
  TrainingPairs,
} from "./dataset";
import { passageText } from "./passageText";

/**
 * The queries and passages of a split, language by language in the order of
 * `languages`, items in the order of the corpus: the passage of the split's
 * n-th item in the l-th language has index `l · items + n`. The passages of an
 * item answer its queries in every language.
 */
export function retrievalDataset(
  corpus: ParallelCorpus,
  split: Split,
  languages: readonly Language[],
): RetrievalDataset {
  const itemsOf = itemsByLanguage(corpus, languages);
  const indices = itemIndices(corpus, split);
  const queries: Query[] = [];
  const passages: Passage[] = [];
  const qrels: number[][] = [];
  for (const [language, items] of itemsOf) {
    for (const [position, index] of indices.entries()) {
      const item = items[index]!;
      passages.push({
        id: `${language}/${item.id}`,
        language,
        text: passageText(item, language),
        item: index,
      });
      for (const question of item.questions) {
        queries.push({
          id: `${language}/${question.id}`,
          language,
          text: question.text,
          item: index,
        });
        qrels.push(languages.map((_, row) => row * indices.length + position));
      }
    }
  }
  return { languages, queries, passages, qrels };
}

/** The training pairs of the train split: one a question, in any two of the languages. */
export function trainingPairs(
  corpus: ParallelCorpus,
  languages: readonly Language[],
): TrainingPairs {
  const itemsOf = itemsByLanguage(corpus, languages);
  const [original] = itemsOf.values();
  const pairs = itemIndices(corpus, "train").flatMap((item) =>
    original![item]!.questions.map((_, question) => ({ item, question })),
  );
  const find = (pair: number, language: Language): { item: Item; question: number } => {
    const items = itemsOf.get(language);
    if (!items) throw unknownLanguage(language, languages);
    const entry = pairs[pair];
    if (!entry) throw new RangeError(`pair ${pair} is not in 0 … ${pairs.length - 1}`);
    return { item: items[entry.item]!, question: entry.question };
  };
  return {
    languages,
    pairs,
    query: (pair, language) => {
      const { item, question } = find(pair, language);
      return item.questions[question]!.text;
    },
    passage: (pair, language) => passageText(find(pair, language).item, language),
  };
}

function itemsByLanguage(
  corpus: ParallelCorpus,
  languages: readonly Language[],
): Map<Language, readonly Item[]> {
  const itemsOf = new Map<Language, readonly Item[]>();
  for (const language of languages) {
    const items = corpus.items.get(language);
    if (!items) throw unknownLanguage(language, corpus.languages);
    if (itemsOf.has(language)) throw new RangeError(`language ${language} is chosen twice`);
    itemsOf.set(language, items);
  }
  if (itemsOf.size === 0) throw new RangeError("choose at least 1 language, got 0");
  return itemsOf;
}

function itemIndices(corpus: ParallelCorpus, split: Split): number[] {
  const indices = [...corpus.splits.keys()].filter((index) => corpus.splits[index] === split);
  if (indices.length === 0) {
    throw new RangeError(`no item of the corpus is in split ${split}; see its splits.json`);
  }
  return indices;
}

function unknownLanguage(language: Language, known: readonly Language[]): RangeError {
  return new RangeError(`unknown language ${language}; choose among ${known.join(", ")}`);
}
