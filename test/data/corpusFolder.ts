import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ParallelCorpus } from "../../src/data/dataset";
import { parseCorpusSplits } from "../../src/data/formats/corpusSplits";
import { FormatError } from "../../src/data/formats/formatError";
import { parseParallelCorpus } from "../../src/data/formats/parallelJsonl";

/** Reads a corpus folder with every language that `splits.json` lists, and refuses files that it does not list. */
export function readCorpusFolder(folder: string): ParallelCorpus {
  const text = (file: string) => readFileSync(join(folder, file), "utf8");
  const splits = parseCorpusSplits(text("splits.json"));
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));
  const texts = new Map(files.map((file) => [basename(file, ".jsonl"), text(file)]));
  for (const language of splits.languages) {
    if (texts.has(language)) continue;
    const place = { file: `${language}.jsonl` };
    throw new FormatError(place, "the file is missing", "Add it or remove it from splits.json");
  }
  return parseParallelCorpus(texts, splits);
}
