import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { embedTokens } from "../../src/encoder/encoder";
import { readEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import { padBatch } from "../../src/encoder/tokenizer";
import { builtInEncoderFiles, openNodeBackend, reference } from "./builtIn";

describe.each(["cpu", "wasm"] as const)("the built-in encoder on %s", (backend) => {
  it("gives PyTorch's token ids and embeddings", async () => {
    await openNodeBackend(backend);
    const { encoder, parameters } = readEncoder(builtInEncoderFiles());
    const { sentences } = reference();
    expect(sentences.length).toBeGreaterThan(16);

    const ids = sentences.map(({ text }) => encoder.tokenizer.encode(text));
    expect(ids).toEqual(sentences.map((sentence) => sentence.ids));

    const embeddings = embedTokens(encoder, parameters, padBatch(ids, encoder.tokenizer));
    const values = await embeddings.data();
    const expected = sentences.flatMap(({ embedding }) => embedding);
    expect(values.length).toBe(expected.length);
    const worst = expected.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - values[index]!)),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
    embeddings.dispose();
    disposeParameters(parameters);
    expect(tf.memory().numTensors).toBe(0);
  });

  it("does not let padding or neighbours change an embedding", async () => {
    await openNodeBackend(backend);
    const { encoder, parameters } = readEncoder(builtInEncoderFiles());
    const [short, long] = ["Why?", "A long sentence about the many rivers and lakes of a country. ".repeat(3)];
    const encode = (text: string) => encoder.tokenizer.encode(text);
    const alone = await embedTokens(encoder, parameters, padBatch([encode(short)], encoder.tokenizer)).data();
    const both = padBatch([encode(short), encode(long)], encoder.tokenizer, 4);
    const beside = await embedTokens(encoder, parameters, both).data();
    for (const [index, value] of alone.entries()) expect(beside[index]).toBeCloseTo(value, 5);
    expect([...beside].every(Number.isFinite)).toBe(true);
  });
});
