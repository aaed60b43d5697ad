import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { ParallelCorpus } from "../../src/data/dataset";
import { checkNames, runCheck } from "./corpusChecks";
import { corpusExceptions } from "./corpusExceptions";
import { readCorpusFolder } from "./corpusFolder";

const folder = "public/corpus";

// `npm run corpus:check` prints the same as a report.
describe.skipIf(!existsSync(folder))(folder, () => {
  let corpus: ParallelCorpus;
  beforeAll(() => {
    corpus = readCorpusFolder(folder);
  });

  test.each(checkNames)("%s", (check) => {
    expect(runCheck(check, corpus, corpusExceptions)).toEqual({ findings: [], unused: [] });
  });
});
