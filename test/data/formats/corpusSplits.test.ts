import { expect, test } from "vitest";
import { parseCorpusSplits } from "../../../src/data/formats/corpusSplits";
import { FormatError } from "../../../src/data/formats/formatError";

const sound = {
  languages: ["en", "de"],
  splits: { train: ["a-1", "a-2"], dev: ["b-1"], test: ["c-1"] },
  neighbours: [["a-1", "a-2"]],
};

test("reads languages, the split of each item in order, and neighbours", () => {
  const { languages, splits, neighbours } = parseCorpusSplits(JSON.stringify(sound));
  expect(languages).toEqual(["en", "de"]);
  expect([...splits]).toEqual([
    ["a-1", "train"],
    ["a-2", "train"],
    ["b-1", "dev"],
    ["c-1", "test"],
  ]);
  expect(neighbours).toEqual([["a-1", "a-2"]]);
  expect(parseCorpusSplits(JSON.stringify({ ...sound, neighbours: [] })).neighbours).toEqual([]);
});

test.each<[string, object, string]>([
  ["no languages", { languages: undefined }, "languages is missing"],
  ["an empty list of languages", { languages: [] }, "languages is []"],
  ["a language twice", { languages: ["en", "en"] }, "language en is listed twice"],
  ["a language that is no text", { languages: ["en", 3] }, "languages[1] is 3"],
  ["no splits", { splits: undefined }, "splits is missing"],
  ["an unknown split", { splits: { ...sound.splits, valid: ["d-1"] } }, "unknown split valid"],
  ["a missing split", { splits: { train: ["a-1"], dev: ["b-1"] } }, "splits.test is missing"],
  [
    "an item in two splits",
    { splits: { ...sound.splits, test: ["b-1"] } },
    "item b-1 is in test and already in dev",
  ],
  [
    "an item twice in one split",
    { splits: { ...sound.splits, test: ["c-1", "c-1"] } },
    "item c-1 is in test and already in test",
  ],
  ["an unknown neighbour", { neighbours: [["a-1", "z-9"]] }, "neighbour z-9 is in no split"],
  [
    "neighbours on two sides",
    { neighbours: [["a-1", "b-1"]] },
    "neighbours a-1, b-1 are in train, dev",
  ],
])("refuses %s", (_, change, problem) => {
  const parse = () => parseCorpusSplits(JSON.stringify({ ...sound, ...change }));
  expect(parse).toThrow(FormatError);
  expect(parse).toThrow(`splits.json: ${problem}`);
});

test("refuses what is not JSON", () => {
  expect(() => parseCorpusSplits("{")).toThrow(/splits\.json: not JSON: .*\. Write one valid/s);
});
