import { expect, test } from "vitest";
import { passageText } from "../../src/data/passageText";
import { tinyItem } from "./tinyCorpus";

test.each([
  ["en", "One. Two."],
  ["th", "One. Two."],
  ["zh", "One.Two."],
  ["ja", "One.Two."],
])("the sentences of %s in a row", (language, text) => {
  expect(passageText({ ...tinyItem("a", language), sentences: ["One.", "Two."] }, language)).toBe(
    text,
  );
});
