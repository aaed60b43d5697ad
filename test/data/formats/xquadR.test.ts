import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseXquadR } from "../../../src/data/formats/xquadR";

interface Paragraph {
  sentences: string[];
  sentence_breaks: number[][];
  qas: { id: string; question: string; answers: { answer_start: number; text: string }[] }[];
}

/** Two sentences; question a is answered in the second, question b in the first. */
function paragraph(language: string): Paragraph {
  return {
    sentences: [`First ${language}.`, `Second ${language}.`],
    sentence_breaks: [
      [0, 9],
      [10, 20],
    ],
    qas: [
      { id: "a", question: `a in ${language}?`, answers: [{ answer_start: 10, text: "S" }] },
      { id: "b", question: `b in ${language}?`, answers: [{ answer_start: 8, text: "." }] },
    ],
  };
}

const file = (...paragraphs: Paragraph[]) =>
  JSON.stringify({ version: "1.1", data: [{ paragraphs }] });

function parse(changed: (paragraph: Paragraph) => void) {
  const german = paragraph("de");
  changed(german);
  return () =>
    parseXquadR(
      new Map([
        ["en", file(paragraph("en"))],
        ["de", file(german)],
      ]),
    );
}

describe("XQuAD-R", () => {
  it("takes sentences as passages and the answer's sentence as the relevant one", () => {
    const { languages, queries, passages, qrels } = parse(() => undefined)();
    expect(languages).toEqual(["en", "de"]);
    expect(passages.map(({ text }) => text)).toEqual([
      "First en.",
      "Second en.",
      "First de.",
      "Second de.",
    ]);
    expect(queries.map(({ id }) => id)).toEqual(["en/a", "en/b", "de/a", "de/b"]);
    expect(qrels).toEqual([
      [1, 3],
      [0, 2],
      [1, 3],
      [0, 2],
    ]);
  });

  it.each<[string, (paragraph: Paragraph) => void, RegExp]>([
    [
      "an answer outside",
      ({ qas }) => (qas[0]!.answers[0]!.answer_start = 9),
      /answer_start is 9, in no sentence/,
    ],
    ["a break too few", ({ sentence_breaks }) => sentence_breaks.pop(), /2 sentences and 1 breaks/],
    [
      "a break backwards",
      ({ sentence_breaks }) => sentence_breaks[0]!.reverse(),
      /sentence_breaks\[0\] is \[9,0\]/,
    ],
    ["a question missing", ({ qas }) => qas.pop(), /de\.json: question b is missing/],
    [
      "a question of its own",
      ({ qas }) => (qas[0]!.id = "c"),
      /question c is in no other language/,
    ],
    ["a question twice", ({ qas }) => qas.push({ ...qas[0]! }), /a question occurs twice/],
    ["no text", ({ qas }) => (qas[0]!.question = " "), /question is " "/],
  ])("refuses %s", (_, change, message) => {
    expect(parse(change)).toThrow(message);
  });

  const folder = fileURLToPath(new URL("../../../../shared/data/xquad-r/", import.meta.url));
  const reason = existsSync(folder) ? "" : " (skipped: the data is not here)";

  it.skipIf(reason !== "")(`has the published counts${reason}`, () => {
    // Candidates per language as LAReQA's files have them; 1190 questions in each.
    const counts = {
      ar: 1222,
      de: 1276,
      el: 1234,
      en: 1180,
      es: 1215,
      hi: 1244,
      ru: 1219,
      th: 852,
      tr: 1167,
      vi: 1209,
      zh: 1196,
    };
    const languages = Object.keys(counts);
    const read = (language: string) =>
      gunzipSync(readFileSync(`${folder}${language}.json.gz`)).toString();
    const { queries, passages, qrels } = parseXquadR(
      new Map(languages.map((language) => [language, read(language)])),
    );
    const found = languages.map(
      (language) => passages.filter((passage) => passage.language === language).length,
    );
    expect(found).toEqual(Object.values(counts));
    expect(queries).toHaveLength(1190 * 11);
    expect(new Set(qrels.map((relevant) => relevant.length))).toEqual(new Set([11]));
  });
});
