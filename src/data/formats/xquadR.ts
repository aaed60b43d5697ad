/**
 * @file XQuAD-R (LAReQA, arXiv 2004.05484): SQuAD's JSON with every paragraph cut
 * into sentences. The candidates are the sentences; the one in which a
 * question's answer begins is its relevant passage, in each language.
 */

import type { Language, Passage, Query, RetrievalDataset } from "../dataset";
import { asFields, asIndex, asList, asText, parseJson } from "./fields";
import { FormatError, type Place } from "./formatError";

/** Offsets of a sentence in its paragraph, in code points: [start, end). */
type SentenceBreak = [start: number, end: number];

interface Question {
  id: string;
  text: string;
  paragraph: number;
  /** Index among the sentences of the language. */
  sentence: number;
}

interface LanguageFile {
  questions: Question[];
  sentences: { text: string; paragraph: number }[];
}

/**
 * The data set of the files of some languages, `<language>.json`; questions in
 * the order of the first language.
 * @throws {FormatError} where a file is not of this format, or lacks a question.
 */
export function parseXquadR(texts: ReadonlyMap<Language, string>): RetrievalDataset {
  const files = [...texts].map(
    ([language, text]) => [language, readFile(text, { file: `${language}.json` })] as const,
  );
  const [first] = files;
  if (!first) throw new RangeError("XQuAD-R needs at least 1 language, got 0");
  const passages: Passage[] = [];
  const relevant = new Map(first[1].questions.map(({ id }) => [id, [] as number[]]));
  for (const [language, { sentences, questions }] of files) {
    const start = passages.length;
    for (const [index, { text, paragraph }] of sentences.entries()) {
      passages.push({ id: `${language}/${index}`, language, text, item: paragraph });
    }
    for (const { id, sentence } of questions) relevant.get(id)?.push(start + sentence);
    checkSameQuestions(language, questions, relevant);
  }
  const queries: Query[] = files.flatMap(([language, { questions }]) =>
    questions.map(({ id, text, paragraph }) => ({
      id: `${language}/${id}`,
      language,
      text,
      item: paragraph,
    })),
  );
  const qrels = files.flatMap(([, { questions }]) => questions.map(({ id }) => relevant.get(id)!));
  return { languages: [...texts.keys()], queries, passages, qrels };
}

function checkSameQuestions(
  language: Language,
  questions: readonly Question[],
  known: ReadonlyMap<string, unknown>,
): void {
  const place = { file: `${language}.json` };
  const surplus = questions.find(({ id }) => !known.has(id));
  if (surplus) {
    throw new FormatError(
      place,
      `question ${surplus.id} is in no other language`,
      "Give every language the same questions",
    );
  }
  const ids = new Set(questions.map(({ id }) => id));
  const missing = [...known.keys()].find((id) => !ids.has(id));
  if (missing !== undefined || ids.size < questions.length) {
    throw new FormatError(
      place,
      missing === undefined ? "a question occurs twice" : `question ${missing} is missing`,
      "Give every language the same questions, each once",
    );
  }
}

function readFile(text: string, place: Place): LanguageFile {
  const file: LanguageFile = { questions: [], sentences: [] };
  let paragraphs = 0;
  const root = asFields(parseJson(text, place), "the file", place);
  asList(root["data"], "data", place, (article, name) => {
    const { paragraphs: list } = asFields(article, name, place);
    asList(list, `${name}.paragraphs`, place, (paragraph, where) =>
      readParagraph(file, paragraphs++, asFields(paragraph, where, place), { where, place }),
    );
  });
  return file;
}

function readParagraph(
  file: LanguageFile,
  paragraph: number,
  fields: Record<string, unknown>,
  { where, place }: { where: string; place: Place },
): void {
  const first = file.sentences.length;
  const sentences = asList(fields["sentences"], `${where}.sentences`, place, asText);
  file.sentences.push(...sentences.map((text) => ({ text, paragraph })));
  const breaks = asList(fields["sentence_breaks"], `${where}.sentence_breaks`, place, asBreak);
  if (breaks.length !== sentences.length) {
    throw new FormatError(
      place,
      `${where} has ${sentences.length} sentences and ${breaks.length} breaks`,
      "Give one break a sentence",
    );
  }
  asList(fields["qas"], `${where}.qas`, place, (value, name) => {
    const qa = asFields(value, name, place);
    const [answer] = asList(qa["answers"], `${name}.answers`, place, asFields);
    const start = asIndex(answer!["answer_start"], Infinity, `${name}.answer_start`, place);
    const sentence = breaks.findIndex(([from, to]) => from <= start && start < to);
    if (sentence < 0) {
      throw new FormatError(
        place,
        `${name}.answer_start is ${start}, in no sentence`,
        "Correct answer_start or sentence_breaks",
      );
    }
    file.questions.push({
      id: asText(qa["id"], `${name}.id`, place),
      text: asText(qa["question"], `${name}.question`, place),
      paragraph,
      sentence: first + sentence,
    });
  });
}

function asBreak(value: unknown, what: string, place: Place): SentenceBreak {
  const [start, end] = asList(value, what, place, (offset, name) =>
    asIndex(offset, Infinity, name, place),
  );
  if (start === undefined || end === undefined || start >= end) {
    const problem = `${what} is ${JSON.stringify(value)}`;
    throw new FormatError(place, problem, "Give a start and a later end");
  }
  return [start, end];
}
