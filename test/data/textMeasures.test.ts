import { describe, expect, test } from "vitest";
import {
  characterGrams,
  contentStems,
  holdsNumber,
  lettersOutside,
  numbersOf,
  scriptShare,
  similarPairs,
  wordRuns,
  wordsOf,
} from "./textMeasures";

test("words keep inner marks, not outer ones", () => {
  expect(wordsOf("The well-known baker's 1,200 loaves, “fresh”.")).toEqual([
    "The",
    "well-known",
    "baker's",
    "1,200",
    "loaves",
    "fresh",
  ]);
});

test("word runs leave out names", () => {
  expect([...wordRuns("In Rio Grande do Sul", 3)]).toEqual(["rio grande do", "grande do sul"]);
});

test("character grams and their Jaccard index", () => {
  expect([...characterGrams("Ab  cde", 5)]).toEqual(["ab cd", "b cde"]);
  // abcde bcdef | bcdef cdefg: 1 of 3.
  expect(similarPairs(["abcdef", "zzzzzz", "bcdefg"], 0.3)).toEqual([
    { first: 0, second: 2, jaccard: 1 / 3 },
  ]);
  expect(similarPairs(["abcdef", "bcdefg"], 0.34)).toEqual([]);
});

describe("numbers", () => {
  test("of an English text", () => {
    expect(numbersOf("In 1987, 1,200 of 4.5 (the 1990s).")).toEqual(["1987", "1200", "45", "1990"]);
  });

  test.each([
    ["1200", "mit 1.200 Büchern"],
    ["1200", "avec 1\u202f200 livres"],
    ["1200", "١٬٢٠٠ كتاب"],
    ["1200", "१,२०० किताबें"],
    ["1200", "๑,๒๐๐ เล่ม"],
    ["1200", "收藏了1200册书"],
    ["45", "4,5-mal"],
    ["45", "٤٫٥ مرة"],
    ["1987", "1987 200 Menschen"],
    ["200", "1987 200 Menschen"],
  ])("%s is in %s", (digits, text) => {
    expect(holdsNumber(text, digits)).toBe(true);
  });

  test.each([
    ["120", "mit 1.200 Büchern"],
    ["200", "mit 1.200 Büchern"],
    ["3", "drei Herzen"],
  ])("%s is not in %s", (digits, text) => {
    expect(holdsNumber(text, digits)).toBe(false);
  });
});

test("scripts", () => {
  expect(scriptShare("東京タワー", ["Han", "Katakana"])).toBe(1);
  expect(scriptShare("abγδ 12.", ["Greek"])).toBe(0.5);
  expect(scriptShare("12.", ["Greek"])).toBe(1);
  expect(lettersOutside("abγд", ["Latin", "Greek"])).toEqual(["д"]);
});

test("content stems bring forms of a word together and leave function words out", () => {
  const forms = ["move", "moves", "moved", "moving"];
  expect(new Set(forms.flatMap((form) => [...contentStems(form)])).size).toBe(1);
  expect([...contentStems("stop stopped stopping")]).toEqual(["stop"]);
  expect([...contentStems("The city's cities are where it is")]).toEqual(["city"]);
});
