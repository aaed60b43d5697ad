/** @file A corpus folder: languages are fetched when a run first needs them, and kept. */

import { type CorpusSplits, parseCorpusSplits } from "../data/formats/corpusSplits";
import { parseParallelCorpus } from "../data/formats/parallelJsonl";
import type { Language, ParallelCorpus } from "../data/dataset";
import { fetchText } from "../encoder/weights/fetchFile";
import type { Report } from "./report";

export interface CorpusFolder {
  splits: CorpusSplits;
  /** @throws {RangeError} for a language that the folder does not have. */
  read(languages: readonly Language[]): Promise<ParallelCorpus>;
}

/** `url` ends in a slash. */
export async function openCorpusFolder(url: string, report: Report): Promise<CorpusFolder> {
  const splits = parseCorpusSplits(await fetchText(new URL("splits.json", url).href));
  const texts = new Map<Language, string>();
  return {
    splits,
    async read(languages) {
      const unknown = languages.find((language) => !splits.languages.includes(language));
      if (unknown !== undefined) {
        const known = splits.languages.join(", ");
        throw new RangeError(`unknown language ${unknown}; choose among ${known}`);
      }
      const missing = languages.filter((language) => !texts.has(language));
      let done = 0;
      await Promise.all(
        missing.map(async (language) => {
          texts.set(language, await fetchText(new URL(`${language}.jsonl`, url).href));
          report.progress("download corpus", ++done, missing.length);
        }),
      );
      const chosen = languages.map((language) => [language, texts.get(language)!] as const);
      return parseParallelCorpus(new Map(chosen), splits);
    },
  };
}
