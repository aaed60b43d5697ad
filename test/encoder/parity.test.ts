import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { embedTokens } from "../../src/encoder/encoder";
import { readEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import { bucketLength, padBatch } from "../../src/encoder/tokenizer";
import { builtInEncoderFiles, openNodeBackend, reference } from "./builtIn";

/** The weights that `reference.json`, the figures of the model card and the README's tables were made from. */
const pinned = "d24513da6266f042a20c661b0096508a7bdf7db5c4946f0f636367dc5a93cdc4";

it("has the weights that its figures were made from", () => {
  const weights = new Uint8Array(builtInEncoderFiles().weights);
  expect(createHash("sha256").update(weights).digest("hex")).toBe(pinned);
});

describe.each(["cpu", "wasm"] as const)("the built-in encoder on %s", (backend) => {
  it("gives PyTorch's token ids and embeddings", async () => {
    await openNodeBackend(backend);
    const before = tf.memory().numTensors;
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
    expect(tf.memory().numTensors).toBe(before);
  });

  it("does not let padding or neighbours change an embedding", async () => {
    await openNodeBackend(backend);
    const { encoder, parameters } = readEncoder(builtInEncoderFiles());
    const { tokenizer } = encoder;
    const short = tokenizer.encode("Why?");
    const long = tokenizer.encode("A long sentence about the rivers of a country. ".repeat(3));
    expect(bucketLength(long.length, 128)).toBeGreaterThan(bucketLength(short.length, 128));

    const aloneEmbedding = embedTokens(encoder, parameters, padBatch([short], tokenizer));
    const bothEmbeddings = embedTokens(encoder, parameters, padBatch([short, long], tokenizer, 4));
    const [alone, both] = [await aloneEmbedding.data(), await bothEmbeddings.data()];
    expect(both).toHaveLength(4 * alone.length);
    for (const [index, value] of alone.entries()) expect(both[index]).toBeCloseTo(value, 5);
    expect([...both].every(Number.isFinite)).toBe(true);
    tf.dispose([aloneEmbedding, bothEmbeddings]);
    disposeParameters(parameters);
  });
});
