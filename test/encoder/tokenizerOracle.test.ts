import { fileURLToPath } from "node:url";
import { AutoTokenizer, env } from "@xenova/transformers";
import { expect, it } from "vitest";
import { readArchitecture } from "../../src/encoder/architectures";
import { readTokenizer } from "../../src/encoder/tokenizer";
import { builtInEncoderFiles } from "./builtIn";
import { corpusLanguages, corpusTexts } from "./corpusTexts";

const publicFolder = fileURLToPath(new URL("../../public/", import.meta.url));

it("gives the ids that transformers.js gives, for every text of the corpus", async () => {
  env.allowRemoteModels = false;
  env.localModelPath = publicFolder;
  const oracle = await AutoTokenizer.from_pretrained("encoder", { local_files_only: true });

  const { config, tokenizer: json } = builtInEncoderFiles();
  const { vocabularySize, padId } = readArchitecture(config, "config.json").sizes;
  const options = { file: "tokenizer.json", vocabularySize, maximumLength: 100_000, padId };
  const tokenizer = readTokenizer(json, options);

  const texts = [
    ...corpusLanguages().flatMap(corpusTexts),
    "",
    " ",
    "a  b\tc\nd",
    "ΣΊΣΥΦΟΣ Straße ﬁﬂ①",
    "👩‍👩‍👧 e\u0301",
  ];
  expect(texts.length).toBeGreaterThan(2000);
  const differing = texts.filter(
    (text) => tokenizer.encode(text).join() !== oracle.encode(text).join(),
  );
  expect(differing).toEqual([]);
});
