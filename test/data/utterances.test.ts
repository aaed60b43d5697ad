import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeLanguage } from "../../src/data/languages";
import { builtInLanguages } from "../../src/training/config";

const folder = fileURLToPath(new URL("../../public/corpus/utterances/", import.meta.url));

/** A short request to a voice assistant; the same ids, domains and intents in every language. */
interface Utterance {
  id: string;
  domain: string;
  intent: string;
  text: string;
}

function utterances(language: string): Utterance[] {
  const lines = readFileSync(`${folder}${language}.jsonl`, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Utterance);
}

const english = existsSync(folder) ? utterances("en") : [];

it("are 20 intents of 6", () => {
  const counts = new Map<string, number>();
  for (const { intent } of english) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  expect(counts.size).toBe(20);
  expect(new Set(counts.values())).toEqual(new Set([6]));
  expect(new Set(english.map(({ id }) => id)).size).toBe(120);
});

describe.each(builtInLanguages)("the utterances in %s", (language) => {
  const own = utterances(language);

  it("have the ids, domains and intents of the others", () => {
    const key = ({ id, domain, intent }: Utterance) => [id, domain, intent].join();
    expect(own.map(key)).toEqual(english.map(key));
  });

  it("are texts in the language's script, each once, none left in English", () => {
    const texts = own.map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    const { scripts } = describeLanguage(language);
    const ownScript = new RegExp(scripts.map((script) => `\\p{Script=${script}}`).join("|"), "u");
    for (const [index, text] of texts.entries()) {
      expect(text).toMatch(ownScript);
      expect(text).not.toMatch(/[.!?]$/);
      if (language !== "en") expect(text).not.toBe(english[index]!.text);
    }
  });
});
