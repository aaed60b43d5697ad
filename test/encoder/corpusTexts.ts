import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../public/corpus/", import.meta.url));

/** Languages of the built-in corpus. */
export function corpusLanguages(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl"))
    .map((file) => file.slice(0, -".jsonl".length));
}

/** Every passage and question of one language of the built-in corpus, in the order of its file. */
export function corpusTexts(language: string): string[] {
  const lines = readFileSync(`${folder}${language}.jsonl`, "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    const item = JSON.parse(line) as { sentences: string[]; questions: { text: string }[] };
    return [item.sentences.join(" "), ...item.questions.map(({ text }) => text)];
  });
}
