import { beforeAll, describe, expect, it } from "vitest";
import { disposeParameters } from "../../src/encoder/parameters";
import { evaluate, tokenizeDataset } from "../../src/evaluation/evaluate";
import { rankPassages } from "../../src/evaluation/search";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";
import { oneHotEncoder, parallelDataset } from "./oneHot";

describe.each(["cpu", "wasm"] as const)("evaluation on %s", (backend) => {
  beforeAll(() => openNodeBackend(backend));

  /** A one-hot encoder of 10 tokens, which is gone afterwards. */
  const withOneHot = (use: (encoder: ReturnType<typeof oneHotEncoder>) => Promise<void>) =>
    expectNoLeak(async () => {
      const made = oneHotEncoder(10);
      await use(made);
      disposeParameters(made.parameters);
    });

  it("gives full scores where queries share words with their passages only", () =>
    withOneHot(async ({ encoder, parameters }) => {
      const dataset = parallelDataset(
        [
          ["1", "2"],
          ["1", "2"],
        ],
        [
          ["1 1", "2 3"],
          ["1", "4 2"],
        ],
      );
      const { scores } = await evaluate(encoder, parameters, tokenizeDataset(encoder, dataset));
      for (const setting of [scores.mono, scores.cross, scores.multi]) {
        expect(setting.map).toBe(1);
        expect(setting.ndcg10).toBeCloseTo(1, 12);
      }
      expect(scores.bias.rankDistance).toBe(1);
      expect(scores.languages).toEqual(["en", "de"]);
      expect(scores.pairs).toEqual([
        [1, 1],
        [1, 1],
      ]);
    }));

  it("tells an encoder that knows no translations by its scores", () =>
    withOneHot(async ({ encoder, parameters }) => {
      // Each language has words of its own, so that across languages every similarity is 0 and
      // the earlier passage wins: rank 1 for the first item, 2 for the second.
      const dataset = parallelDataset(
        [
          ["1", "2"],
          ["3", "4"],
        ],
        [
          ["1", "2"],
          ["3", "4"],
        ],
      );
      const set = tokenizeDataset(encoder, dataset);
      const { scores, passages } = await evaluate(encoder, parameters, set);
      expect(scores.mono.map).toBe(1);
      expect(scores.cross.map).toBe(0.75); // (1 + 1/2) / 2
      expect(scores.cross.recall1).toBe(0.5);
      expect(scores.pairs).toEqual([
        [1, 0.75],
        [0.75, 1],
      ]);
      // Pool: own first; the translations rank 3, 4 (from English) and 2, 3 (from German).
      // AP = (1 + 2/r) / 2: (1 + 2/3)/2 and (1 + 2/4)/2, (1 + 2/2)/2 and (1 + 2/3)/2.
      const expected = (5 / 6 + 3 / 4 + 1 + 5 / 6) / 4;
      expect(scores.multi.map).toBeCloseTo(expected, 12);
      expect(scores.bias.rankDistance).toBe((2 + 3 + 1 + 2) / 4);
      expect(passages.width).toBe(10);
      expect([...passages.values.subarray(0, 10)]).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    }));

  it("gives the same scores twice, tells its tasks in order and times them", () =>
    withOneHot(async ({ encoder, parameters }) => {
      const dataset = parallelDataset(
        [
          ["1", "2 3"],
          ["3", "4 1"],
        ],
        [
          ["1 4", "2"],
          ["3 2", "4"],
        ],
      );
      const set = tokenizeDataset(encoder, dataset);
      const tasks: string[] = [];
      let clock = 0;
      const first = await evaluate(encoder, parameters, set, {
        progress: (task, done, total) => {
          if (done === total) tasks.push(task);
        },
        now: () => (clock += 500),
      });
      expect(tasks).toEqual(["encode passages", "encode queries", "rank"]);
      expect(first.seconds).toEqual({ encode: 0.5, evaluate: 0.5 });
      const second = await evaluate(encoder, parameters, set);
      expect(second.scores).toEqual(first.scores);
      expect(second.passages).toEqual(first.passages);
    }));

  it("ranks passages for a typed query, best first, equals in their order", () =>
    withOneHot(async ({ encoder, parameters }) => {
      const dataset = parallelDataset(
        [
          ["1", "2"],
          ["3", "4"],
        ],
        [
          ["5", "1 2"],
          ["1", "6"],
        ],
      );
      const set = tokenizeDataset(encoder, dataset);
      const { passages } = await evaluate(encoder, parameters, set);
      const { similarities, order, ranks } = await rankPassages(encoder, parameters, "1", passages);
      const expected = [0, Math.SQRT1_2, 1, 0];
      for (const [index, value] of expected.entries()) {
        expect(similarities[index]).toBeCloseTo(value, 6);
      }
      expect([...order]).toEqual([2, 1, 0, 3]);
      expect([...ranks]).toEqual([3, 2, 1, 4]);
    }));
});
