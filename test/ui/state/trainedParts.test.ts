import { describe, expect, it } from "vitest";
import { defaultLora, type LoraPart } from "../../../src/training/config";
import {
  isTrainedPart,
  loraAlphas,
  loraRanks,
  loraTargets,
  partKey,
  partLabel,
  partOf,
  targetsKey,
  targetsOf,
  trainedParts,
} from "../../../src/ui/state/trainedParts";

describe("trained parts", () => {
  it("are named both ways", () => {
    const parts = trainedParts(2, { part: "all" });
    for (const part of parts) expect(partOf(partKey(part))).toEqual(part);
    expect(new Set(parts.map(partKey)).size).toBe(parts.length);
    for (const key of ["last0", "last", "", "toString"]) expect(partOf(key)).toBeUndefined();
  });

  it("are the layers there are, and the current part", () => {
    const labels = trainedParts(2, { part: "last-layers", layers: 4 }).map(partLabel);
    expect(labels).toEqual([
      "all parameters",
      "all but the word embeddings",
      "the last 2 layers",
      "the last layer",
      "the layer norms",
      "the word embeddings",
      "a projection on top",
      "adapters of low rank (LoRA)",
      "the last 4 layers",
    ]);
  });

  it("name adapters with all that makes them", () => {
    const lora = { ...defaultLora, rank: 4, alpha: 0.5, targets: ["attention-output", "key"] };
    const key = partKey(lora as LoraPart);
    expect(key).toBe("lora-4-0.5-key,attention-output");
    expect(partOf(key)).toEqual({ ...lora, targets: ["key", "attention-output"] });
    for (const broken of ["lora", "lora-0-1-key", "lora-2-0-key", "lora-2-1-", "lora-2-1-keys"]) {
      expect(partOf(broken), broken).toBeUndefined();
    }
    const offered = trainedParts(1, lora as LoraPart).filter(({ part }) => part === "lora");
    expect(offered).toEqual([lora]);
  });

  it("offer matrices for adapters, the current ones among them", () => {
    const offered = loraTargets(defaultLora.targets);
    expect(offered.map(({ value }) => value)).toContain(targetsKey(defaultLora.targets));
    for (const { value } of offered) expect(targetsKey(targetsOf(value))).toBe(value);
    expect(loraTargets(["output", "key"]).at(-1)).toEqual({
      value: "key,output",
      label: "output, key",
    });
    expect(loraRanks).toContain(defaultLora.rank);
    expect(loraAlphas).toContain(defaultLora.alpha);
  });

  it("are told from what is none", () => {
    for (const part of trainedParts(2, { part: "all" })) expect(isTrainedPart(part)).toBe(true);
    const none = [
      null,
      "all",
      {},
      { part: "bias" },
      { ...defaultLora, rank: 0 },
      { ...defaultLora, alpha: "16" },
      { ...defaultLora, targets: [] },
      { ...defaultLora, targets: ["query", "query"] },
      { ...defaultLora, targets: "query" },
      { part: "last-layers" },
      { part: "last-layers", layers: 1.5 },
    ];
    for (const value of none) expect(isTrainedPart(value), JSON.stringify(value)).toBe(false);
  });
});
