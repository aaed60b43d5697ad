import { expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import * as words from "../../../src/ui/state/words";

it.each([
  [0.8416, ".842"],
  [1, "1.000"],
  [0, ".000"],
  [-0.25, "−.250"],
])("writes %f as %s", (value, text) => {
  expect(words.fraction(value)).toBe(text);
});

it.each([
  [0.187, "+.187"],
  [-0.0061, "−.006"],
  [-0.0001, "±.000"],
  [-1.5, "−1.500"],
])("writes the change %f as %s", (value, text) => {
  expect(words.difference(value)).toBe(text);
});

it("takes the mean loss of the last ten batches of each kind", () => {
  const kinds = Array.from({ length: 24 }, (_, index) =>
    index % 2 ? ("cross-lingual" as const) : ("monolingual" as const),
  );
  const losses = kinds.map((kind, index) => (index < 4 ? 99 : kind === "monolingual" ? 1 : 3));
  expect(words.lossMeans({ losses, kinds })).toEqual([
    { kind: "monolingual", count: 10, mean: 1 },
    { kind: "cross-lingual", count: 10, mean: 3 },
  ]);
  expect(words.lossMeans({ losses: [2], kinds: ["same-language rows"] })).toHaveLength(1);
});

it("writes durations as a person waits for them", () => {
  expect([0.42, 7.6, 59.6, 125].map(words.duration)).toEqual([
    "0.4 s",
    "8 s",
    "1 min 0 s",
    "2 min 5 s",
  ]);
});

it("tells the pace by the step where steps are slow", () => {
  expect([0.05, 0.32, 21.2].map(words.pace)).toEqual([
    "20 steps/s",
    "3.1 steps/s",
    "21 s per step",
  ]);
});

it("writes settings as in a recipe", () => {
  expect([3e-4, 0.05, 0.0025, 1].map(words.setting)).toEqual(["3e-4", "0.05", "2.5e-3", "1"]);
});

it("counts downloads in megabytes and all else in units", () => {
  expect(words.taskLine({ task: "download encoder", done: 5e6, total: 2e7 })).toBe(
    "Downloading the encoder, 5.0 of 20.0 MB",
  );
  expect(words.taskLine({ task: "encode passages", done: 1200, total: 4000 })).toBe(
    "Encoding passages, 1,200 of 4,000",
  );
  expect(words.taskLine({ task: "start backend", done: 0, total: 1 })).toBe("Starting the engine");
});

it("tells two runs apart", () => {
  expect(words.batching(defaultConfig)).toBe("hybrid, α .50");
  expect(words.distinction({ ...defaultConfig, batchSize: 8 }, defaultConfig)).toBe("batch 8");
  const others = { ...defaultConfig, languages: ["ar", "en"] };
  expect(words.distinction(others, defaultConfig)).toBe("scored on other languages");
  expect(words.distinction(defaultConfig, defaultConfig)).toBe("");
});

it("says what to do about a lost device", () => {
  const error = { name: "DeviceLostError", message: "gone" };
  expect(words.advice({ scope: "run", error })).toMatch(/smaller batch/);
  expect(words.advice({ scope: "command", error })).toMatch(/Nothing is lost/);
});
