import { expect, test } from "vitest";
import { describedLanguages, describeLanguage } from "../../src/data/languages";
import { builtInLanguages } from "../../src/training/config";

test("every built-in language is described", () => {
  expect(describedLanguages).toEqual(expect.arrayContaining(builtInLanguages));
});

test.each(describedLanguages)("%s calls itself in its own script", (language) => {
  const { own, scripts } = describeLanguage(language);
  const letters = own.match(/\p{L}/gu)!;
  const inScript = new RegExp(
    `[${scripts.map((script) => `\\p{Script=${script}}`).join("")}]`,
    "u",
  );
  expect(letters.filter((letter) => !inScript.test(letter))).toEqual([]);
});

test("names agree with Unicode's", () => {
  const english = new Intl.DisplayNames(["en"], { type: "language" });
  for (const language of describedLanguages) {
    const { own, ...description } = describeLanguage(language);
    expect(description.english).toBe(english.of(language));
    expect(own).toBe(new Intl.DisplayNames([language], { type: "language" }).of(language));
  }
});

test("an unknown language is called by its code", () => {
  expect(describeLanguage("sw")).toEqual({ english: "sw", own: "sw", dir: "ltr", scripts: [] });
});
