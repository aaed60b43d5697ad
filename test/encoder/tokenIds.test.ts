import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readArchitecture } from "../../src/encoder/architectures";
import { readTokenizer } from "../../src/encoder/tokenizer";
import { builtInEncoderFiles } from "./builtIn";
import { corpusTexts } from "./corpusTexts";

interface Expected {
  corpus: Record<string, { texts: number; sha256: string }>;
  flores: Record<string, { texts: number; sha256: string }>;
}

/** Made with Python's `tokenizers` by pytorch/token_ids.py. */
const expected = JSON.parse(
  readFileSync(new URL("../reference/tokenIds.json", import.meta.url), "utf8"),
) as Expected;

const flores = fileURLToPath(
  new URL("../../../shared/data/multiway/flores-dev.jsonl.xz", import.meta.url),
);
const sentences = floresSentences();
const reason = sentences ? "" : " (skipped: no FLORES dev beside the project, or no xz)";

/** The lines of FLORES dev by language, where the data and the program to read it are at hand. */
function floresSentences(): Record<string, string>[] | undefined {
  if (!existsSync(flores)) return undefined;
  try {
    const text = execFileSync("xz", ["-dc", flores], { encoding: "utf8", maxBuffer: 1 << 26 });
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

function builtInTokenizer() {
  const { config, tokenizer } = builtInEncoderFiles();
  const { vocabularySize, padId } = readArchitecture(config, "config.json").sizes;
  // Uncut, as Python's are.
  const options = { file: "tokenizer.json", vocabularySize, maximumLength: 100_000, padId };
  return readTokenizer(tokenizer, options);
}

describe("the built-in tokenizer gives the ids of Python's tokenizers", () => {
  const tokenizer = builtInTokenizer();
  const hash = (texts: string[]) => {
    const rows = texts.map((text) => tokenizer.encode(text).join(",")).join("\n");
    return { texts: texts.length, sha256: createHash("sha256").update(rows).digest("hex") };
  };

  it.each(Object.keys(expected.corpus))("for the corpus in %s", (language) => {
    expect(hash(corpusTexts(language))).toEqual(expected.corpus[language]);
  });

  it.skipIf(!sentences)(`for FLORES dev in sixteen languages${reason}`, () => {
    for (const [language, entry] of Object.entries(expected.flores)) {
      const texts = sentences!.slice(0, entry.texts).map((row) => row[language]!);
      expect({ language, ...hash(texts) }).toEqual({ language, ...entry });
    }
    const texts = Object.values(expected.flores).reduce((sum, entry) => sum + entry.texts, 0);
    expect(texts).toBeGreaterThanOrEqual(2000);
  });
});
