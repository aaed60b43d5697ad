import { describe, expect, it } from "vitest";
import {
  isTrainedPart,
  partKey,
  partLabel,
  partOf,
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
      "the last 4 layers",
    ]);
  });

  it("are told from what is none", () => {
    for (const part of trainedParts(2, { part: "all" })) expect(isTrainedPart(part)).toBe(true);
    const none = [
      null,
      "all",
      {},
      { part: "bias" },
      { part: "last-layers" },
      { part: "last-layers", layers: 1.5 },
    ];
    for (const value of none) expect(isTrainedPart(value), JSON.stringify(value)).toBe(false);
  });
});
