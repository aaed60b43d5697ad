/**
 * @file What a good corpus is beyond its format: each check lists what it finds
 * wrong. That every item and question is there in every language, that answers
 * stand in their sentences and that splits and neighbours agree is checked
 * where the corpus is read, in src/data/formats.
 */

import type { Item, Language, ParallelCorpus } from "../../src/data/dataset";
import { describeLanguage } from "../../src/data/languages";
import { passageText } from "../../src/data/passageText";
import { builtInLanguages } from "../../src/training/config";
import type { Exception } from "./corpusExceptions";
import {
  contentStems,
  holdsNumber,
  lettersOutside,
  numbersOf,
  scriptShare,
  similarPairs,
  wordRuns,
  wordsOf,
} from "./textMeasures";

/** Something wrong in one item in one language. */
export interface Finding {
  check: CheckName;
  language: Language;
  item: string;
  /** What is wrong: a number, a run of words, a share, … */
  value: string;
}

type Found = Omit<Finding, "check">;

/**
 * Shortest and longest plausible translation, in characters per English
 * character: the range of 99.9 % of 100,000 random pairs of sentences of
 * FLORES-200 (dev and devtest).
 */
const lengthRatios: Readonly<Record<Language, readonly [number, number]>> = {
  ar: [0.61, 1.27],
  de: [0.87, 1.59],
  el: [0.8, 1.72],
  es: [0.85, 1.67],
  fr: [0.87, 1.62],
  hi: [0.67, 1.39],
  it: [0.86, 1.62],
  ja: [0.28, 0.67],
  ko: [0.33, 0.85],
  pt: [0.82, 1.56],
  ru: [0.74, 1.59],
  th: [0.63, 1.86],
  tr: [0.73, 1.44],
  vi: [0.71, 1.49],
  zh: [0.2, 0.7],
};

export const corpusChecks = {
  "every built-in language is there": (corpus: ParallelCorpus) =>
    builtInLanguages
      .filter((language) => !corpus.languages.includes(language))
      .map((language) => ({ language, item: "all", value: "missing" })),

  "English passages have 2 or 3 sentences and 35 to 60 words": (corpus: ParallelCorpus) =>
    english(corpus).flatMap((item) => {
      const words = wordsOf(passageText(item, "en")).length;
      const sentences = item.sentences.length;
      if (words >= 35 && words <= 60 && (sentences === 2 || sentences === 3)) return [];
      return [{ language: "en", item: item.id, value: `${sentences} sentences, ${words} words` }];
    }),

  "texts use their language's scripts, Latin letters only for names": (corpus: ParallelCorpus) =>
    eachItem(corpus, (item, language) => {
      const { scripts } = describeLanguage(language);
      const strange = textsOf(item, language).flatMap((text) =>
        lettersOutside(text, [...scripts, "Latin"]),
      );
      const share = scriptShare(passageText(item, language), scripts);
      return [
        ...strange.map((letter) => `letter ${letter}`),
        ...(share < 0.8 ? [`${Math.round(share * 100)} % in ${scripts.join(", ")}`] : []),
      ];
    }),

  "no text shares five words in a row with its English": (corpus: ParallelCorpus) =>
    eachTranslation(corpus, (item, language, original) => {
      const runs = new Set(textsOf(original, "en").flatMap((text) => [...wordRuns(text, 5)]));
      return textsOf(item, language).flatMap((text) =>
        [...wordRuns(text, 5)].filter((run) => runs.has(run)),
      );
    }),

  "a translation is about as long as translations are": (corpus: ParallelCorpus) =>
    eachTranslation(corpus, (item, language, original) => {
      const [least, most] = lengthRatios[language] ?? [0, Infinity];
      const ratio = passageText(item, language).length / passageText(original, "en").length;
      return ratio >= least && ratio <= most
        ? []
        : [`${ratio.toFixed(2)} of the English, not ${least} to ${most}`];
    }),

  "every number of an English passage is in each translation": (corpus: ParallelCorpus) =>
    eachTranslation(corpus, (item, language, original) => {
      const text = passageText(item, language);
      return numbersOf(passageText(original, "en")).filter((number) => !holdsNumber(text, number));
    }),

  "no two passages of a language are nearly the same": (corpus: ParallelCorpus) =>
    corpus.languages.flatMap((language) => {
      const items = corpus.items.get(language)!;
      const texts = items.map((item) => passageText(item, language));
      return similarPairs(texts, 0.5).map(({ first, second, jaccard }) => ({
        language,
        item: items[second]!.id,
        value: `${jaccard.toFixed(2)} like ${items[first]!.id}`,
      }));
    }),

  "an English paraphrase shares no content word with its answer's sentence": (
    corpus: ParallelCorpus,
  ) =>
    english(corpus).flatMap((item) =>
      item.questions
        .filter(({ kind }) => kind === "paraphrase")
        .flatMap(({ id, text, sentence }) => {
          const stems = contentStems(item.sentences[sentence]!);
          return [...contentStems(text)]
            .filter((stem) => stems.has(stem))
            .map((stem) => ({ language: "en", item: item.id, value: `${id}: ${stem}` }));
        }),
    ),
} satisfies Record<string, (corpus: ParallelCorpus) => Found[]>;

export type CheckName = keyof typeof corpusChecks;

export const checkNames = Object.keys(corpusChecks) as readonly CheckName[];

/** What a check finds, less the exceptions, and its exceptions that match nothing. */
export function runCheck(
  check: CheckName,
  corpus: ParallelCorpus,
  exceptions: readonly Exception[],
): { findings: Finding[]; unused: Exception[] } {
  const all = corpusChecks[check](corpus).map((found) => ({ check, ...found }));
  const excuses = (exception: Exception, finding: Finding) =>
    (["check", "language", "item", "value"] as const).every(
      (field) => exception[field] === finding[field],
    );
  return {
    findings: all.filter((finding) => !exceptions.some((other) => excuses(other, finding))),
    unused: exceptions.filter(
      (exception) =>
        exception.check === check && !all.some((finding) => excuses(exception, finding)),
    ),
  };
}

function english(corpus: ParallelCorpus): readonly Item[] {
  const items = corpus.items.get("en");
  if (!items)
    throw new RangeError(`the corpus has no English, only ${corpus.languages.join(", ")}`);
  return items;
}

/** The passage and the questions of an item. */
function textsOf(item: Item, language: Language): string[] {
  return [passageText(item, language), ...item.questions.map(({ text }) => text)];
}

function eachItem(
  corpus: ParallelCorpus,
  valuesOf: (item: Item, language: Language, original: Item) => string[],
): Found[] {
  const originals = english(corpus);
  return corpus.languages.flatMap((language) =>
    corpus.items.get(language)!.flatMap((item, index) =>
      valuesOf(item, language, originals[index]!).map((value) => ({
        language,
        item: item.id,
        value,
      })),
    ),
  );
}

function eachTranslation(
  corpus: ParallelCorpus,
  valuesOf: (item: Item, language: Language, original: Item) => string[],
): Found[] {
  return eachItem(corpus, (item, language, original) =>
    language === "en" ? [] : valuesOf(item, language, original),
  );
}
