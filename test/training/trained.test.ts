import { describe, expect, it } from "vitest";
import { projectionName } from "../../src/encoder/encoder";
import { trainedParameters } from "../../src/training/trained";
import { tinyArchitecture } from "../encoder/tinyEncoder";

const architecture = tinyArchitecture();
const all = [...architecture.shapes.keys()];
const inLayer = (index: number) => all.filter((name) => name.startsWith(`encoder.layer.${index}.`));

describe("trainedParameters", () => {
  it("takes all whole but the word embeddings, which train by rows", () => {
    const { dense, words } = trainedParameters(architecture, { part: "all" });
    expect(words).toBe(true);
    expect([...dense, architecture.wordEmbeddings].sort()).toEqual(all.toSorted());
  });

  it("takes all but the word embeddings, or them alone", () => {
    const dense = all.filter((name) => name !== architecture.wordEmbeddings);
    const of = (part: "without-words" | "words") => trainedParameters(architecture, { part });
    expect(of("without-words")).toEqual({ dense, words: false });
    expect(of("words")).toEqual({ dense: [], words: true });
  });

  it("takes scale and shift of the layer norms only", () => {
    const { dense, words } = trainedParameters(architecture, { part: "layer-norms" });
    expect(words).toBe(false);
    expect(dense).toHaveLength(2 * (1 + 2 * 2)); // of the embeddings, and two in each layer
    expect(dense).toEqual(all.filter((name) => /LayerNorm\.(weight|bias)$/.test(name)));
  });

  it("takes the last layers only", () => {
    expect(inLayer(1)).toHaveLength(16);
    expect(trainedParameters(architecture, { part: "last-layers", layers: 1 })).toEqual({
      dense: inLayer(1),
      words: false,
    });
    expect(trainedParameters(architecture, { part: "last-layers", layers: 2 })).toEqual({
      dense: [...inLayer(0), ...inLayer(1)],
      words: false,
    });
  });

  it("takes the projection only, which the encoder's file does not have", () => {
    expect(all).not.toContain(projectionName);
    expect(trainedParameters(architecture, { part: "projection" })).toEqual({
      dense: [projectionName],
      words: false,
    });
  });

  it("takes the adapters only, of every layer", () => {
    const { dense, words } = trainedParameters(architecture, {
      part: "lora",
      rank: 2,
      alpha: 4,
      targets: ["value", "query"],
    });
    const layer = "encoder.layer.1.attention.self";
    expect(words).toBe(false);
    expect(dense).toHaveLength(2 * 2 * 2);
    expect(dense.slice(4)).toEqual([
      `${layer}.query.lora_A.weight`,
      `${layer}.query.lora_B.weight`,
      `${layer}.value.lora_A.weight`,
      `${layer}.value.lora_B.weight`,
    ]);
  });

  it.each([0, 3, -1, 1.5, NaN])("refuses the last %s of 2 layers", (layers) => {
    expect(() => trainedParameters(architecture, { part: "last-layers", layers })).toThrow(
      new RangeError(`cannot train the last ${layers} layers; the encoder has 2`),
    );
  });

  it("refuses a part that a link made up", () => {
    const made = JSON.parse('{"part":"first-layers"}') as { part: "all" };
    expect(() => trainedParameters(architecture, made)).toThrow(/unknown part .*first-layers/);
  });
});
