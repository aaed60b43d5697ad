import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Item } from "../../src/data/dataset";
import { checkNames, runCheck, type CheckName } from "./corpusChecks";
import { readCorpusFolder } from "./corpusFolder";
import { soundCorpus } from "./soundCorpus";
import { toJsonl } from "./tinyCorpus";

const languagesCheck = "every built-in language is there";

describe("a sound corpus", () => {
  test.each(checkNames.filter((check) => check !== languagesCheck))("%s", (check) => {
    expect(runCheck(check, soundCorpus(), []).findings).toEqual([]);
  });
});

test("missing built-in languages are found", () => {
  const { findings } = runCheck(languagesCheck, soundCorpus(), []);
  expect(findings.map(({ language }) => language)).toEqual(
    expect.arrayContaining(["ar", "el", "th"]),
  );
  expect(findings.map(({ language }) => language)).not.toContain("zh");
});

type Defect = (item: Item) => void;

const say =
  (sentence: number, text: string): Defect =>
  (item) => {
    item.sentences[sentence] = text;
  };

/** Breaks the octopus item in one language and says what must be found there, and nowhere else. */
test.each<[string, CheckName, string, Defect, string[]]>([
  [
    "a short passage",
    "English passages have 2 or 3 sentences and 35 to 60 words",
    "en",
    (item) => item.sentences.splice(1),
    ["1 sentences, 14 words"],
  ],
  [
    "a Cyrillic letter that looks Latin",
    "texts use their language's scripts, Latin letters only for names",
    "de",
    say(0, "Der Krаke hat 3 Herzen und neun Gehirne."),
    ["letter а"],
  ],
  [
    "a passage left in Latin letters",
    "texts use their language's scripts, Latin letters only for names",
    "zh",
    say(1, "Each arm can taste what it touches."),
    ["56 % in Han"],
  ],
  [
    "an untranslated stretch",
    "no text shares five words in a row with its English",
    "de",
    say(1, "Jeder Arm can taste what it touches, sagt man."),
    ["can taste what it touches"],
  ],
  [
    "a translation cut short",
    "a translation is about as long as translations are",
    "hi",
    (item) => item.sentences.splice(1),
    ["0.34 of the English, not 0.67 to 1.39"],
  ],
  [
    "a wrong number",
    "every number of an English passage is in each translation",
    "zh",
    say(0, "章鱼有4颗心脏和九个大脑，其中一个在头部。"),
    ["3"],
  ],
  [
    "a copied passage",
    "no two passages of a language are nearly the same",
    "de",
    (item) =>
      (item.sentences = [...soundCorpus().items.get("de")![1]!.sentences].with(2, "Heute auch.")),
    ["0.60 like animals-01"],
  ],
  [
    "a paraphrase in the sentence's words",
    "an English paraphrase shares no content word with its answer's sentence",
    "en",
    (item) => (item.questions[1]!.text = "What is tasted by touching?"),
    ["animals-01-q2: tast", "animals-01-q2: touch"],
  ],
])("%s is found", (_, check, language, breakItem, values) => {
  const corpus = soundCorpus();
  breakItem(corpus.items.get(language)![0]!);
  const { findings } = runCheck(check, corpus, []);
  expect(findings.map(({ value }) => value)).toEqual(values);
  expect(new Set(findings.map((finding) => finding.language))).toEqual(new Set([language]));
});

test("an exception excuses its finding only, and is reported when it excuses none", () => {
  const check = "every number of an English passage is in each translation";
  const corpus = soundCorpus();
  corpus.items.get("zh")![0]!.sentences[0] = "章鱼有三颗心脏。";
  corpus.items.get("de")![0]!.sentences[0] = "Der Krake hat drei Herzen.";
  const exception = { check, item: "animals-01", value: "3", reason: "in words" } as const;
  const used = { ...exception, language: "zh" };
  const stale = { ...exception, language: "hi" };
  const { findings, unused } = runCheck(check, corpus, [used, stale]);
  expect(findings).toEqual([{ check, language: "de", item: "animals-01", value: "3" }]);
  expect(unused).toEqual([stale]);
});

describe("readCorpusFolder", () => {
  let folder: string;
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "corpus-"));
    const { languages, items } = soundCorpus();
    for (const language of languages) write(`${language}.jsonl`, toJsonl(items.get(language)!));
    const splits = { train: ["animals-01"], dev: ["cities-01"], test: ["food-01"] };
    write("splits.json", JSON.stringify({ languages, splits, neighbours: [] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("reads what was written", () => {
    expect(readCorpusFolder(folder)).toEqual(soundCorpus());
  });

  test("refuses a file that splits.json does not list, and misses one that it does", () => {
    write("fr.jsonl", "");
    expect(() => readCorpusFolder(folder)).toThrow("language fr is not listed");
    rmSync(join(folder, "fr.jsonl"));
    rmSync(join(folder, "zh.jsonl"));
    expect(() => readCorpusFolder(folder)).toThrow("zh.jsonl: the file is missing. Add it");
  });
});
