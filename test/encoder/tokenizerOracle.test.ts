import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AutoTokenizer, env } from "@xenova/transformers";
import { expect, it } from "vitest";
import { readArchitecture } from "../../src/encoder/architectures";
import { readTokenizer } from "../../src/encoder/tokenizer";
import { builtInEncoderFiles } from "./builtIn";

const publicFolder = fileURLToPath(new URL("../../public/", import.meta.url));

/** Every passage and question of the built-in corpus, in every language. */
function corpusTexts(): string[] {
  const folder = `${publicFolder}corpus/`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) =>
      readFileSync(folder + file, "utf8")
        .trim()
        .split("\n"),
    )
    .flatMap((line) => {
      const item = JSON.parse(line) as { sentences: string[]; questions: { text: string }[] };
      return [item.sentences.join(" "), ...item.questions.map(({ text }) => text)];
    });
}

it("gives the ids that transformers.js gives, for every text of the corpus", async () => {
  env.allowRemoteModels = false;
  env.localModelPath = publicFolder;
  const oracle = await AutoTokenizer.from_pretrained("encoder", { local_files_only: true });

  const { config, tokenizer: json } = builtInEncoderFiles();
  const { vocabularySize, padId } = readArchitecture(config, "config.json").sizes;
  const options = { file: "tokenizer.json", vocabularySize, maximumLength: 100_000, padId };
  const tokenizer = readTokenizer(json, options);

  const texts = [...corpusTexts(), "", " ", "a  b\tc\nd", "ΣΊΣΥΦΟΣ Straße ﬁﬂ①", "👩‍👩‍👧 e\u0301"];
  expect(texts.length).toBeGreaterThan(2000);
  const differing = texts.filter(
    (text) => tokenizer.encode(text).join() !== oracle.encode(text).join(),
  );
  expect(differing).toEqual([]);
});
