/**
 * @file The corpus format: a folder with one `<language>.jsonl` a language,
 * each line an `Item`, and `splits.json` (see corpusSplits.ts).
 */

import type { Item, Language, ParallelCorpus, Question, QuestionKind } from "../dataset";
import type { CorpusSplits } from "./corpusSplits";
import { asFields, asIndex, asList, asText, parseJson } from "./fields";
import { FormatError, type Place } from "./formatError";

const kinds: readonly QuestionKind[] = ["literal", "paraphrase"];

/** An item and the line it stands on. */
interface PlacedItem {
  item: Item;
  place: Place;
}

/**
 * Reads a corpus from the texts of its files: all languages of `splits.json` or
 * some of them. Items come in the order of the splits, whatever their order in
 * the files, and languages in the order of `splits.json`.
 */
export function parseParallelCorpus(
  texts: ReadonlyMap<Language, string>,
  splits: CorpusSplits,
): ParallelCorpus {
  for (const language of texts.keys()) {
    if (splits.languages.includes(language)) continue;
    const problem = `language ${language} is not listed (${splits.languages.join(", ")})`;
    throw new FormatError({ file: "splits.json" }, problem, "Add it to languages");
  }
  const languages = splits.languages.filter((language) => texts.has(language));
  const [first, ...others] = languages;
  if (first === undefined) throw new RangeError("a corpus needs at least 1 language, got 0");

  const original = parseLanguage(first, texts.get(first)!, splits);
  const items = new Map([[first, original.map(({ item }) => item)]]);
  for (const language of others) {
    const translation = parseLanguage(language, texts.get(language)!, splits);
    for (const [index, { item, place }] of translation.entries()) {
      checkSameQuestions(item, original[index]!, place);
    }
    items.set(
      language,
      translation.map(({ item }) => item),
    );
  }
  return { languages, items, splits: [...splits.splits.values()] };
}

/** The items of one file, in the order of the splits. */
function parseLanguage(language: Language, text: string, splits: CorpusSplits): PlacedItem[] {
  const file = `${language}.jsonl`;
  const items = new Map<string, PlacedItem>();
  const questionLines = new Map<string, number>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = { file, line: index + 1 };
    const item = parseItem(parseJson(line, place), place);
    if (!splits.splits.has(item.id)) {
      throw new FormatError(place, `item ${item.id} is in no split`, "Add it to splits.json");
    }
    refuseRepeated("item", item.id, items.get(item.id)?.place.line, place);
    items.set(item.id, { item, place });
    for (const { id } of item.questions) {
      refuseRepeated("question", id, questionLines.get(id), place);
      questionLines.set(id, place.line);
    }
  }
  return [...splits.splits].map(([id, split]) => {
    const placed = items.get(id);
    if (placed) return placed;
    const problem = `item ${id} of split ${split} is missing`;
    throw new FormatError({ file }, problem, "Add a line for it or remove it from splits.json");
  });
}

function refuseRepeated(what: string, id: string, earlier: number | undefined, place: Place): void {
  if (earlier === undefined) return;
  const problem = `${what} ${id} stands already on line ${earlier}`;
  throw new FormatError(place, problem, `Give every ${what} an id of its own`);
}

function parseItem(value: unknown, place: Place): Item {
  const fields = asFields(value, "the item", place);
  const id = asText(fields.id, "id", place);
  const sentences = asList(fields.sentences, "sentences", place, asText);
  const questions = asList(fields.questions, "questions", place, (question, what) =>
    parseQuestion(question, sentences, what, place),
  );
  return { id, sentences, questions };
}

function parseQuestion(
  value: unknown,
  sentences: readonly string[],
  what: string,
  place: Place,
): Question {
  const fields = asFields(value, what, place);
  const id = asText(fields.id, `${what}.id`, place);
  const kind = asText(fields.kind, `${what}.kind`, place) as QuestionKind;
  if (!kinds.includes(kind)) {
    throw new FormatError(place, `${what}.kind is "${kind}"`, `Use ${kinds.join(" or ")}`);
  }
  const text = asText(fields.text, `${what}.text`, place);
  const sentence = asIndex(fields.sentence, sentences.length, `${what}.sentence`, place);
  const answer = asText(fields.answer, `${what}.answer`, place);
  if (!sentences[sentence]!.includes(answer)) {
    throw new FormatError(
      place,
      `${what}.answer "${answer}" is not in sentence ${sentence}, "${sentences[sentence]}"`,
      "Copy the answer from its sentence letter by letter",
    );
  }
  return { id, kind, text, sentence, answer };
}

/** A translation has its original's questions: the same ids and kinds, in the same order. */
function checkSameQuestions(item: Item, original: PlacedItem, place: Place): void {
  const described = ({ questions }: Item) =>
    questions.map(({ id, kind }) => `${id} (${kind})`).join(", ");
  if (described(item) === described(original.item)) return;
  const { file, line } = original.place;
  throw new FormatError(
    place,
    `item ${item.id} has questions ${described(item)}, but in ${file}:${line} ${described(original.item)}`,
    "Give an item the same questions in the same order in every language",
  );
}
