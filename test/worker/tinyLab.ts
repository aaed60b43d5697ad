/** @file A tiny encoder and corpus behind a stubbed fetch. */

import { vi } from "vitest";
import { tinyIds, tinyLanguages, tinySplitsText, tinyTexts } from "../data/tinyCorpus";
import { tinyConfig, tinyWeights } from "../encoder/tinyEncoder";
import { tinyTokenizer } from "../encoder/tinyTokenizer";
import { writeSafetensors } from "../encoder/writeSafetensors";

export const encoderUrl = "https://lab.test/encoder/";
export const corpusUrl = "https://lab.test/corpus/";

type Files = Record<string, BodyInit>;

/** Serves the tiny encoder and corpus; files given here replace or add to them. → names as fetched. */
export function serveFiles(changes: Files = {}): string[] {
  const fetched: string[] = [];
  const corpus = [...tinyTexts()].map(([language, text]) => [
    `${corpusUrl}${language}.jsonl`,
    text,
  ]);
  const files: Files = {
    [`${encoderUrl}config.json`]: tinyConfig,
    [`${encoderUrl}tokenizer.json`]: tinyTokenizer(words()),
    [`${encoderUrl}model.safetensors`]: writeSafetensors(tinyWeights(61)),
    [`${corpusUrl}splits.json`]: tinySplitsText,
    ...(Object.fromEntries(corpus) as Files),
    ...changes,
  };
  vi.stubGlobal("fetch", (url: string) => {
    const body = files[url];
    fetched.push(url.slice(url.lastIndexOf("/") + 1));
    const missing = new Response("", { status: 404, statusText: "Not Found" });
    return Promise.resolve(body === undefined ? missing : new Response(body));
  });
  return fetched;
}

/** The words of the tiny corpus, with the stops and question marks that cling to them. */
function words(): string[] {
  const ends = tinyLanguages.flatMap((language) => [`${language}.`, `${language}?`]);
  return ["s0", "s1", "q1", "q2", "of", "in", ...tinyIds, ...ends];
}
