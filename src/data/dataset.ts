/** @file What a retrieval data set is. Everything here is plain data. */

/** A BCP 47 language code, such as `en` or `zh`. */
export type Language = string;

/** The three sides an item can be on; training never sees an item of dev or test. */
export type Split = "train" | "dev" | "test";

/** How a question asks: in the passage's words, or in others. */
export type QuestionKind = "literal" | "paraphrase";

/** A question in one language, with where its passage answers it. */
export interface Question {
  id: string;
  kind: QuestionKind;
  text: string;
  /** Index into the passage's sentences. */
  sentence: number;
  /** A verbatim span of that sentence. */
  answer: string;
}

/** One item in one language: a passage, sentence by sentence, and its questions. */
export interface Item {
  id: string;
  sentences: string[];
  questions: Question[];
}

/**
 * The same items in several languages. `items.get(language)![i]` is the
 * translation of `items.get(other)![i]`, with the same id and question ids.
 */
export interface ParallelCorpus {
  languages: readonly Language[];
  items: ReadonlyMap<Language, readonly Item[]>;
  /** Split of each item, by its index. */
  splits: readonly Split[];
}

/** A text to be searched with. */
export interface Query {
  id: string;
  language: Language;
  text: string;
  /** Index of the item whose passages answer it. */
  item: number;
}

/** A text to be found. */
export interface Passage {
  id: string;
  language: Language;
  text: string;
  item: number;
}

/** Which passages answer a query: the qrels of one query, as indices into `passages`. */
export type Relevant = readonly number[];

/**
 * A data set to evaluate on. Queries and passages keep their order: ties in a
 * ranking are broken by it.
 */
export interface RetrievalDataset {
  languages: readonly Language[];
  queries: readonly Query[];
  passages: readonly Passage[];
  /** Aligned with `queries`: the passages of every language that answer the query. */
  qrels: readonly Relevant[];
}

/** The queries of one split that a training pair is drawn from. */
export interface TrainingPairs {
  languages: readonly Language[];
  /** One entry a query, the same in every language: its item and the question's index there. */
  pairs: readonly { item: number; question: number }[];
  /** Text of a query in a language. */
  query(pair: number, language: Language): string;
  /** Text of the positive passage of a query in a language. */
  passage(pair: number, language: Language): string;
}
