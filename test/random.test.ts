import { describe, expect, test } from "vitest";
import { createRandom, integerBelow, permutation, pick } from "../src/random";

const draws = <T>(draw: () => T, count: number) => Array.from({ length: count }, draw);

describe("createRandom", () => {
  test("one seed gives one sequence; another seed or stream gives another", () => {
    const sequence = draws(createRandom(1), 20);
    expect(draws(createRandom(1), 20)).toEqual(sequence);
    for (const other of [[2], [0], [-1], [1, 0], [1, 1], [1 + 2 ** 32], [2 ** 40]]) {
      expect(draws(createRandom(...other), 20)).not.toEqual(sequence);
    }
  });

  test("numbers are in [0, 1), spread evenly, and neighbours do not depend on each other", () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = createRandom(seed);
      const cells = new Array<number>(16).fill(0); // of the unit square, by two draws in a row
      for (let count = 0; count < 3200; count++) {
        const [x, y] = [random(), random()];
        if (!(x >= 0 && x < 1)) throw new RangeError(`${x} is not in [0, 1)`);
        cells[Math.floor(x * 4) * 4 + Math.floor(y * 4)]! += 1;
      }
      // Each cell is binomial(3200, 1/16): mean 200, standard deviation 13.7.
      for (const cell of cells) expect(Math.abs(cell - 200)).toBeLessThan(70);
    }
  });

  test("first numbers of neighbouring seeds are spread evenly", () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => createRandom(seed)());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04); // standard error 0.009
  });

  test.each([0.5, NaN, Infinity])("refuses seed %d", (seed) => {
    expect(() => createRandom(seed)).toThrow(`a seed is an integer, got ${seed}`);
  });
});

test("integerBelow reaches each integer below the bound and no other", () => {
  const random = createRandom(3);
  const drawn = new Set(draws(() => integerBelow(5, random), 200));
  expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4]);
});

test("pick takes each element and refuses an empty list", () => {
  const random = createRandom(4);
  expect(new Set(draws(() => pick(["a", "b"], random), 50)).size).toBe(2);
  expect(() => pick([], random)).toThrow(RangeError);
});

describe("permutation", () => {
  test("holds each integer once", () => {
    for (let seed = 0; seed < 50; seed++) {
      const order = permutation(seed, createRandom(seed));
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: seed }, (_, i) => i));
    }
  });

  test("all orders of three are equally likely", () => {
    const counts = new Map<string, number>();
    const random = createRandom(5);
    for (let count = 0; count < 6000; count++) {
      const key = permutation(3, random).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Binomial(6000, 1/6): mean 1000, standard deviation 29.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
