import { describe, expect, test } from "vitest";
import { retrievalDataset, trainingPairs } from "../../src/data/retrieval";
import { tinyCorpus } from "./tinyCorpus";

describe("retrievalDataset", () => {
  const dataset = retrievalDataset(tinyCorpus(), "test", ["zh", "en"]);

  test("holds every question and passage of the split in each language", () => {
    expect(dataset.languages).toEqual(["zh", "en"]);
    expect(dataset.passages).toEqual([
      {
        id: "zh/cats-03",
        language: "zh",
        text: "s0 of cats-03 in zh.s1 of cats-03 in zh.",
        item: 4,
      },
      {
        id: "zh/dogs-03",
        language: "zh",
        text: "s0 of dogs-03 in zh.s1 of dogs-03 in zh.",
        item: 5,
      },
      {
        id: "en/cats-03",
        language: "en",
        text: "s0 of cats-03 in en. s1 of cats-03 in en.",
        item: 4,
      },
      {
        id: "en/dogs-03",
        language: "en",
        text: "s0 of dogs-03 in en. s1 of dogs-03 in en.",
        item: 5,
      },
    ]);
    expect(dataset.queries.map(({ id }) => id)).toEqual([
      "zh/cats-03-q1",
      "zh/cats-03-q2",
      "zh/dogs-03-q1",
      "zh/dogs-03-q2",
      "en/cats-03-q1",
      "en/cats-03-q2",
      "en/dogs-03-q1",
      "en/dogs-03-q2",
    ]);
    expect(dataset.queries[5]).toEqual({
      id: "en/cats-03-q2",
      language: "en",
      text: "q2 of cats-03 in en?",
      item: 4,
    });
  });

  test("the passages of an item answer its queries in all chosen languages", () => {
    for (const [query, relevant] of dataset.qrels.entries()) {
      const { item } = dataset.queries[query]!;
      expect(relevant.map((passage) => dataset.passages[passage])).toEqual([
        expect.objectContaining({ item, language: "zh" }),
        expect.objectContaining({ item, language: "en" }),
      ]);
    }
  });

  test("refuses unknown, repeated and no languages, and an empty split", () => {
    const corpus = tinyCorpus();
    expect(() => retrievalDataset(corpus, "test", ["en", "fr"])).toThrow(
      "unknown language fr; choose among en, de, zh",
    );
    expect(() => retrievalDataset(corpus, "test", ["en", "en"])).toThrow(
      "language en is chosen twice",
    );
    expect(() => retrievalDataset(corpus, "test", [])).toThrow("at least 1 language, got 0");
    const trainOnly = { ...corpus, splits: corpus.splits.map(() => "train" as const) };
    expect(() => retrievalDataset(trainOnly, "dev", ["en"])).toThrow(
      new RangeError("no item of the corpus is in split dev; see its splits.json"),
    );
  });
});

describe("trainingPairs", () => {
  const data = trainingPairs(tinyCorpus(), ["en", "de"]);

  test("has one pair a question of the train split", () => {
    expect(data.pairs).toEqual([
      { item: 0, question: 0 },
      { item: 0, question: 1 },
      { item: 1, question: 0 },
      { item: 1, question: 1 },
      { item: 2, question: 0 },
      { item: 2, question: 1 },
    ]);
  });

  test("gives the texts of a pair in any two languages", () => {
    expect(data.query(3, "en")).toBe("q2 of cats-02 in en?");
    expect(data.passage(3, "de")).toBe("s0 of cats-02 in de. s1 of cats-02 in de.");
  });

  test("never shows an item of dev or test", () => {
    const texts = data.pairs.flatMap((_, pair) => [
      data.query(pair, "en"),
      data.passage(pair, "en"),
    ]);
    expect(texts.join(" ")).not.toMatch(/cats-03|dogs-02|dogs-03/);
  });

  test("refuses a language or pair that it does not have", () => {
    expect(() => data.query(0, "zh")).toThrow("unknown language zh; choose among en, de");
    expect(() => data.passage(6, "en")).toThrow("pair 6 is not in 0 … 5");
    expect(() => trainingPairs(tinyCorpus(), ["fr"])).toThrow(RangeError);
  });
});
