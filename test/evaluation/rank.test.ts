import { beforeAll, describe, expect, it } from "vitest";
import { rankRelevant } from "../../src/evaluation/rank";
import { createRandom } from "../../src/random";
import { openNodeBackend } from "../encoder/builtIn";
import { expectCleanFailure, expectNoLeak } from "../encoder/memory";
import { randomValues } from "../encoder/randomTensors";
import { embeddings, parallelDataset } from "./oneHot";

/** Two items in two languages; the texts play no part. */
const dataset = parallelDataset(
  [
    ["1", "2"],
    ["3", "4"],
  ],
  [
    ["5", "6"],
    ["7", "8"],
  ],
);

describe.each(["cpu", "wasm"] as const)("rankRelevant on %s", (backend) => {
  beforeAll(() => openNodeBackend(backend));

  it("ranks within each language and within the pool", () =>
    expectNoLeak(async () => {
      // Passages en/0, en/1, de/0, de/1, and similarities of each query with them.
      const passages = embeddings([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ]);
      const queries = embeddings([
        [4, 3, 2, 1], // en/0: right in both, German behind both English
        [4, 3, 1, 2], // en/1: wrong in English, right in German
        [1, 2, 4, 3], // de/0: wrong in English, right in German
        [-1, 3, 2, 4], // de/1: right in both, and right in the pool
      ]);
      const ranks = await rankRelevant(dataset, queries, passages);
      expect(ranks.languages).toEqual(["en", "de"]);
      expect(ranks.queryLanguages).toEqual([0, 0, 1, 1]);
      expect(ranks.poolSize).toBe(4);
      // Relevant in English, relevant in German; a query a line.
      expect([...ranks.monoCrossRanks]).toEqual([1, 1, 2, 1, 2, 1, 1, 1]);
      expect([...ranks.multiRanks]).toEqual([1, 3, 2, 3, 4, 1, 2, 1]);
    }));

  it("breaks ties by the order of the corpus", async () => {
    const same = embeddings([[1], [1], [1], [1]]);
    const ranks = await rankRelevant(dataset, same, same);
    expect([...ranks.monoCrossRanks]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    expect([...ranks.multiRanks]).toEqual([1, 3, 2, 4, 1, 3, 2, 4]);
  });

  it("gives the ranks of sorting, over several blocks of queries", async () => {
    const [items, width] = [300, 4];
    const texts = Array.from({ length: items }, (_, item) => `${item}`);
    const large = parallelDataset([texts, texts], [texts, texts]);
    const random = createRandom(41);
    // Few different values, so that there are ties.
    const values = () => randomValues(2 * items * width, random).map((x) => Math.round(2 * x));
    const [queries, passages] = [
      { width, values: values() },
      { width, values: values() },
    ];
    const told: number[] = [];
    const ranks = await rankRelevant(large, queries, passages, (done) => told.push(done));
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBe(2 * items);
    for (const query of [0, 1, 255, 256, 257, 599]) {
      const similarity = (passage: number) =>
        Array.from({ length: width }, (_, column) => column).reduce(
          (sum, at) =>
            sum + queries.values[query * width + at]! * passages.values[passage * width + at]!,
          0,
        );
      const sorted = [...Array(2 * items).keys()].sort(
        (a, b) => similarity(b) - similarity(a) || a - b,
      );
      for (const [language, passage] of large.qrels[query]!.entries()) {
        expect(ranks.multiRanks[2 * query + language]).toBe(1 + sorted.indexOf(passage));
        const own = sorted.filter((other) => Math.floor(other / items) === language);
        expect(ranks.monoCrossRanks[2 * query + language]).toBe(1 + own.indexOf(passage));
      }
    }
  });

  const same = embeddings([[1], [1], [1], [1]]);
  it("refuses a query without one relevant passage in each language", async () => {
    const none = { ...dataset, qrels: [[0], ...dataset.qrels.slice(1)] };
    const message = "query en/0 has 0 relevant passages in de, not 1";
    await expectCleanFailure(() => rankRelevant(none, same, same), message);
    const two = { ...dataset, qrels: [[0, 1, 2], ...dataset.qrels.slice(1)] };
    const more = "query en/0 has 2 relevant passages in en, not 1";
    await expectCleanFailure(() => rankRelevant(two, same, same), more);
  });

  it("refuses passages that are not stored language by language", async () => {
    const [first, second, third, fourth] = dataset.passages;
    const mixed = { ...dataset, passages: [first!, third!, second!, fourth!] };
    await expectCleanFailure(
      () => rankRelevant(mixed, same, same),
      /passages of en are missing or/,
    );
    const short = { ...dataset, passages: [first!, second!] };
    await expectCleanFailure(
      () => rankRelevant(short, same, same),
      /passages of de are missing or/,
    );
  });

  it("refuses similarities that are not numbers", () =>
    expectCleanFailure(
      () => rankRelevant(dataset, embeddings([[NaN], [1], [1], [1]]), same),
      /similarity of passage \d is NaN/,
    ));
});
