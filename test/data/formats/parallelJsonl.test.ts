import { describe, expect, test } from "vitest";
import type { Item } from "../../../src/data/dataset";
import { parseCorpusSplits } from "../../../src/data/formats/corpusSplits";
import { FormatError } from "../../../src/data/formats/formatError";
import { parseParallelCorpus } from "../../../src/data/formats/parallelJsonl";
import { tinyCorpus, tinyIds, tinyItem, tinySplitsText, tinyTexts, toJsonl } from "../tinyCorpus";

const splits = parseCorpusSplits(tinySplitsText);

/** The texts with the German file replaced. */
function withGerman(items: readonly unknown[]) {
  return tinyTexts().set("de", toJsonl(items));
}

function germanItems(): Item[] {
  return tinyIds.map((id) => tinyItem(id, "de"));
}

describe("a sound corpus", () => {
  test("is read whole", () => {
    expect(parseParallelCorpus(tinyTexts(), splits)).toEqual(tinyCorpus());
  });

  test("comes in the order of the splits, whatever the order of lines and files", () => {
    const texts = new Map([...withGerman(germanItems().reverse())].reverse());
    expect(parseParallelCorpus(texts, splits)).toEqual(tinyCorpus());
  });

  test("may have blank lines, Windows line ends and further fields", () => {
    const english = tinyTexts().get("en")!.replaceAll("\n", "\r\n\r\n");
    const texts = tinyTexts().set("en", english.replace("{", '{"source":"hand",'));
    expect(parseParallelCorpus(texts, splits)).toEqual(tinyCorpus());
  });

  test("may be read in some of its languages", () => {
    const texts = tinyTexts();
    texts.delete("en");
    const corpus = parseParallelCorpus(texts, splits);
    expect(corpus.languages).toEqual(["de", "zh"]);
    expect([...corpus.items.keys()]).toEqual(["de", "zh"]);
  });
});

type Change = (item: Item) => unknown;

/** Changes the first question. */
const asking =
  (change: object): Change =>
  (item) => ({ ...item, questions: [{ ...item.questions[0], ...change }, item.questions[1]] });

test.each<[string, Change, string]>([
  ["an item that is no object", () => [1], "the item is [1]"],
  ["an item without id", (item) => ({ ...item, id: undefined }), "id is missing"],
  ["an empty id", (item) => ({ ...item, id: "" }), 'id is ""'],
  ["no sentences", (item) => ({ ...item, sentences: undefined }), "sentences is missing"],
  ["an empty list", (item) => ({ ...item, questions: [] }), "questions is []"],
  ["a blank sentence", (item) => ({ ...item, sentences: ["s0", " "] }), 'sentences[1] is " "'],
  ["a question without text", asking({ text: undefined }), "questions[0].text is missing"],
  ["an unknown kind", asking({ kind: "easy" }), 'questions[0].kind is "easy"'],
  ["a sentence index too large", asking({ sentence: 2 }), "questions[0].sentence is 2"],
  ["a sentence index below 0", asking({ sentence: -1 }), "questions[0].sentence is -1"],
  ["a broken sentence index", asking({ sentence: 0.5 }), "questions[0].sentence is 0.5"],
  ["a sentence index as text", asking({ sentence: "0" }), 'questions[0].sentence is "0"'],
  [
    "an answer of another sentence",
    asking({ answer: "s1" }),
    'questions[0].answer "s1" is not in sentence 0, "s0 of dogs-01 in de."',
  ],
  ["an empty answer", asking({ answer: "" }), 'questions[0].answer is ""'],
  [
    "a question twice in an item",
    asking({ id: "dogs-01-q2" }),
    "question dogs-01-q2 stands already on line 3",
  ],
  [
    "a question of another item",
    asking({ id: "cats-01-q2" }),
    "question cats-01-q2 stands already on line 1",
  ],
  [
    "a question missing in a language",
    (item) => ({ ...item, questions: item.questions.slice(1) }),
    "item dogs-01 has questions dogs-01-q2 (paraphrase), but in en.jsonl:3 dogs-01-q1 (literal), dogs-01-q2",
  ],
  [
    "questions in another order",
    (item) => ({ ...item, questions: item.questions.toReversed() }),
    "item dogs-01 has questions dogs-01-q2 (paraphrase), dogs-01-q1 (literal), but in en.jsonl:3",
  ],
  [
    "another kind",
    asking({ kind: "paraphrase" }),
    "item dogs-01 has questions dogs-01-q1 (paraphrase),",
  ],
  ["an item twice", () => tinyItem("cats-01", "de"), "item cats-01 stands already on line 1"],
  ["an item in no split", (item) => ({ ...item, id: "owls-01" }), "item owls-01 is in no split"],
])("refuses %s, with file and line", (_, change, problem) => {
  const items: unknown[] = germanItems();
  items[2] = change(germanItems()[2]!);
  const parse = () => parseParallelCorpus(withGerman(items), splits);
  expect(parse).toThrow(FormatError);
  expect(parse).toThrow(`de.jsonl:3: ${problem}`);
});

test("refuses a line that is not JSON", () => {
  const texts = tinyTexts().set("de", `${toJsonl(germanItems())}{"id":`);
  expect(() => parseParallelCorpus(texts, splits)).toThrow("de.jsonl:7: not JSON: ");
});

test("refuses an item missing in a language", () => {
  expect(() => parseParallelCorpus(withGerman(germanItems().slice(1)), splits)).toThrow(
    "de.jsonl: item cats-01 of split train is missing. Add a line for it or remove it",
  );
});

test("refuses a language that is not listed, and none at all", () => {
  const texts = tinyTexts().set("fr", "");
  expect(() => parseParallelCorpus(texts, splits)).toThrow(
    "splits.json: language fr is not listed (en, de, zh). Add it to languages.",
  );
  expect(() => parseParallelCorpus(new Map(), splits)).toThrow("at least 1 language, got 0");
});
