import { expect, it } from "vitest";
import { defaultConfig } from "../../../src/training/config";
import { labels, nameOf } from "../../../src/ui/state/runNames";
import { keptRun } from "./keptRun";

const kept = keptRun(1);

it("is named by what makes its batches, and its seed", () => {
  const { run } = kept;
  expect(nameOf(run)).toBe("hybrid α .50 → .80, seed 1");
  const config = { ...defaultConfig, sampler: "x-y" as const, languages: ["ar", "en"] };
  expect(nameOf({ ...run, config })).toBe("x-y, seed 1, 2 languages");
});

it("tells runs of one name apart by their time", () => {
  const other = { ...kept, keptAt: kept.keptAt + 60_000 };
  const [first, second, third] = labels([kept, other, { ...kept, name: "x-y, seed 1" }]);
  expect(first).not.toBe(second);
  expect(first).toContain(kept.name);
  expect(third).toBe("x-y, seed 1");
});
