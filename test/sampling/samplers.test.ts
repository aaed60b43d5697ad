import { describe, expect, test } from "vitest";
import type { TrainingPairs } from "../../src/data/dataset";
import { createRandom } from "../../src/random";
import { batchSamplers } from "../../src/sampling";
import type { Batch } from "../../src/sampling/sampler";
import { samplers, type SamplerName } from "../../src/training/config";
import { tinyPairs } from "./tinyPairs";

const languages = ["ar", "de", "en", "zh"];
// 10 items, 23 pairs: 5 batches of 4 an epoch, 3 pairs dropped.
const data = tinyPairs([3, 2, 2, 2, 3, 2, 2, 2, 3, 2], languages);
const batchSize = 4;
const perEpoch = 5;

interface Settings {
  seed?: number;
  alpha?: () => number;
  from?: TrainingPairs;
  size?: number;
}

function draw(name: SamplerName, count: number, settings: Settings = {}): Batch[] {
  const { seed = 1, alpha = () => 0.5, from = data, size = batchSize } = settings;
  const batches = batchSamplers[name](from, { batchSize: size, alpha }, createRandom(seed));
  return Array.from({ length: count }, () => batches.next().value);
}

const pairsOf = (batches: Batch[]) => batches.map(({ rows }) => rows.map(({ pair }) => pair));

const rowsOf = (batches: Batch[]) => batches.flatMap(({ rows }) => rows);

test("every name of the configuration has a sampler", () => {
  expect(Object.keys(batchSamplers).toSorted()).toEqual(samplers.toSorted());
});

describe.each(samplers)("%s, over 50 seeds", (name) => {
  test("a batch is full and its rows know their item", () => {
    for (let seed = 0; seed < 50; seed++) {
      for (const { rows } of draw(name, 12, { seed })) {
        expect(rows.length).toBe(batchSize);
        for (const { pair, item } of rows) expect(item).toBe(data.pairs[pair]!.item);
      }
    }
  });

  test("an epoch draws no pair twice and drops less than a batch", () => {
    for (let seed = 0; seed < 50; seed++) {
      const batches = draw(name, 3 * perEpoch, { seed });
      const epochs = [0, 1, 2].map((epoch) =>
        pairsOf(batches.slice(epoch * perEpoch, (epoch + 1) * perEpoch)).flat(),
      );
      for (const pairs of epochs) expect(new Set(pairs).size).toBe(perEpoch * batchSize);
      expect(epochs[0]).not.toEqual(epochs[1]);
    }
  });

  test("two questions of an item share a batch only where it straddles two rounds", () => {
    const even = tinyPairs(new Array<number>(8).fill(3), languages); // rounds of 8 = 2 batches
    for (let seed = 0; seed < 50; seed++) {
      for (const { rows } of draw(name, 12, { seed, from: even })) {
        expect(new Set(rows.map(({ item }) => item)).size).toBe(batchSize);
      }
    }
  });

  test("one seed gives one sequence, another seed another", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(draw(name, 12, { seed })).toEqual(draw(name, 12, { seed }));
      expect(draw(name, 12, { seed })).not.toEqual(draw(name, 12, { seed: seed + 1 }));
    }
  });

  test("the pairs are those of every other sampler with the same seed", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(pairsOf(draw(name, 12, { seed }))).toEqual(pairsOf(draw("x-y", 12, { seed })));
    }
  });
});

describe("languages", () => {
  test("x-x-mono: one language a batch, all equally likely", () => {
    const counts = new Map<string, number>();
    for (const { kind, rows } of draw("x-x-mono", 4000)) {
      expect(kind).toBe("monolingual");
      const used = new Set(rows.flatMap((row) => [row.queryLanguage, row.passageLanguage]));
      expect(used.size).toBe(1);
      const [language] = used;
      counts.set(language!, (counts.get(language!) ?? 0) + 1);
    }
    expectEven(counts, languages.length, 4000);
  });

  test("x-y: two different languages a row, all ordered pairs equally likely", () => {
    const batches = draw("x-y", 3000);
    const counts = countLanguagePairs(batches);
    for (const pair of counts.keys()) expect(pair).not.toMatch(/^(.+)-\1$/);
    expectEven(counts, 4 * 3, 12_000);
    expect(new Set(batches.map(({ kind }) => kind))).toEqual(new Set(["cross-lingual"]));
  });

  test("x-x: one language a row, all equally likely, mixed within a batch", () => {
    const batches = draw("x-x", 3000);
    const counts = countLanguagePairs(batches);
    for (const pair of counts.keys()) expect(pair).toMatch(/^(.+)-\1$/);
    expectEven(counts, languages.length, 12_000);
    expect(new Set(batches.map(({ kind }) => kind))).toEqual(new Set(["same-language rows"]));
    const mixed = batches.filter(({ rows }) => new Set(rows.map((r) => r.queryLanguage)).size > 1);
    // All four rows agree with probability 1/64.
    expect(mixed.length / batches.length).toBeCloseTo(63 / 64, 1);
  });

  test("x-y works with two languages, x-x-mono and x-x with one", () => {
    const two = tinyPairs([2, 2], ["de", "en"]);
    const crossed = countLanguagePairs(draw("x-y", 50, { from: two }));
    expect([...crossed.keys()].toSorted()).toEqual(["de-en", "en-de"]);
    const one = tinyPairs([2, 2], ["en"]);
    for (const name of ["x-x-mono", "x-x"] as const) {
      expect([...countLanguagePairs(draw(name, 5, { from: one })).keys()]).toEqual(["en-en"]);
    }
  });
});

describe("alpha", () => {
  test.each([0, 0.3, 0.5, 1])("%d of the hybrid batches are monolingual", (alpha) => {
    const batches = draw("hybrid", 2000, { alpha: () => alpha });
    const monolingual = batches.filter(({ kind }) => kind === "monolingual").length / 2000;
    // Standard deviation at most 0.011.
    expect(Math.abs(monolingual - alpha)).toBeLessThanOrEqual(
      alpha === 0 || alpha === 1 ? 0 : 0.05,
    );
  });

  test("1 gives the batches of x-x-mono, 0 those of x-y", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(draw("hybrid", 12, { seed, alpha: () => 1 })).toEqual(draw("x-x-mono", 12, { seed }));
      expect(draw("hybrid", 12, { seed, alpha: () => 0 })).toEqual(draw("x-y", 12, { seed }));
    }
  });

  test("moved in mid-run, takes effect with the next batch and keeps everything else", () => {
    for (let seed = 0; seed < 50; seed++) {
      let alpha = 0;
      const options = { batchSize, alpha: () => alpha };
      const batches = batchSamplers.hybrid(data, options, createRandom(seed));
      const moved = Array.from({ length: 12 }, (_, index) => {
        if (index === 6) alpha = 1;
        return batches.next().value;
      });
      expect(moved.slice(0, 6)).toEqual(draw("x-y", 12, { seed }).slice(0, 6));
      expect(moved.slice(6)).toEqual(draw("x-x-mono", 12, { seed }).slice(6));
    }
  });

  test("raised, turns batches monolingual and none back", () => {
    const low = draw("hybrid", 200, { alpha: () => 0.3 });
    const high = draw("hybrid", 200, { alpha: () => 0.6 });
    for (const [index, batch] of low.entries()) {
      if (batch.kind === "monolingual") expect(high[index]).toEqual(batch);
    }
  });
});

describe("refuses", () => {
  test.each([0, 1, 2.5, 24, NaN])("a batch of %d rows, before the first batch", (size) => {
    for (const name of samplers) {
      expect(() => draw(name, 0, { size })).toThrow(
        new RangeError(
          `batch size ${size}: give an integer from 2 to the number of training pairs, 23`,
        ),
      );
    }
  });

  test("too few languages", () => {
    for (const name of ["hybrid", "x-y"] as const) {
      expect(() => draw(name, 0, { from: tinyPairs([2, 2], ["en"]) })).toThrow(
        new RangeError(`${name} batches need at least 2 languages, got 1`),
      );
    }
    for (const name of ["x-x-mono", "x-x"] as const) {
      expect(() => draw(name, 0, { from: tinyPairs([2, 2], []) })).toThrow(
        new RangeError(`${name} batches need at least 1 language, got 0`),
      );
    }
  });

  test.each([-0.1, 1.1, NaN])("alpha %d, at once and when moved there", (wrong) => {
    const message = `alpha is a probability from 0 to 1, got ${wrong}`;
    expect(() => draw("hybrid", 0, { alpha: () => wrong })).toThrow(new RangeError(message));
    let alpha = 0.5;
    const options = { batchSize, alpha: () => alpha };
    const batches = batchSamplers.hybrid(data, options, createRandom(1));
    batches.next();
    alpha = wrong;
    expect(() => batches.next()).toThrow(new RangeError(message));
  });
});

test("a batch may be as large as the epoch", () => {
  const [first, second] = draw("hybrid", 2, { size: 23 });
  expect(pairsOf([first!]).flat().toSorted()).toEqual(pairsOf([second!]).flat().toSorted());
});

function countLanguagePairs(batches: Batch[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { queryLanguage, passageLanguage } of rowsOf(batches)) {
    const pair = `${queryLanguage}-${passageLanguage}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Every one of `cells` outcomes, each within five standard deviations of its mean. */
function expectEven(counts: Map<string, number>, cells: number, total: number): void {
  expect(counts.size).toBe(cells);
  const share = 1 / cells;
  const deviation = Math.sqrt(total * share * (1 - share));
  for (const count of counts.values()) {
    expect(Math.abs(count - total * share)).toBeLessThan(5 * deviation);
  }
}
