import type { Item, Language, ParallelCorpus, Split } from "../../src/data/dataset";

/** An item whose texts say what they are: `s0 of cats-01 in en`. */
export function tinyItem(id: string, language: Language): Item {
  const sentences = [0, 1].map((index) => `s${index} of ${id} in ${language}.`);
  return {
    id,
    sentences,
    questions: [
      {
        id: `${id}-q1`,
        kind: "literal",
        text: `q1 of ${id} in ${language}?`,
        sentence: 0,
        answer: "s0",
      },
      {
        id: `${id}-q2`,
        kind: "paraphrase",
        text: `q2 of ${id} in ${language}?`,
        sentence: 1,
        answer: id,
      },
    ],
  };
}

export const tinySplits: Record<Split, string[]> = {
  train: ["cats-01", "cats-02", "dogs-01"],
  dev: ["dogs-02"],
  test: ["cats-03", "dogs-03"],
};

export const tinyLanguages: readonly Language[] = ["en", "de", "zh"];

export const tinyIds: readonly string[] = Object.values(tinySplits).flat();

export const tinySplitsText = JSON.stringify({
  languages: tinyLanguages,
  splits: tinySplits,
  neighbours: [["cats-01", "cats-02"]],
});

export function toJsonl(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join("");
}

/** The texts of the corpus's files. */
export function tinyTexts(): Map<Language, string> {
  return new Map(
    tinyLanguages.map((language) => [
      language,
      toJsonl(tinyIds.map((id) => tinyItem(id, language))),
    ]),
  );
}

export function tinyCorpus(): ParallelCorpus {
  return {
    languages: tinyLanguages,
    items: new Map(
      tinyLanguages.map((language) => [language, tinyIds.map((id) => tinyItem(id, language))]),
    ),
    splits: ["train", "train", "train", "dev", "test", "test"],
  };
}
