/** @file Digests of what decides a run's numbers besides its configuration. */

import type { ParallelCorpus } from "../data/dataset";
import type { EncoderFiles } from "../encoder/load";
import type { CheckpointHeader } from "../training/checkpoint";

export type Sources = CheckpointHeader["sources"];

/** Empty texts in a context without digests, where no checkpoint is stored either. */
export async function sourcesOf(files: EncoderFiles, corpus: ParallelCorpus): Promise<Sources> {
  if (!isSecureContext()) return { encoder: "", corpus: "" };
  return { encoder: await encoderDigest(files), corpus: await corpusDigest(corpus) };
}

export async function encoderDigest({ config, tokenizer, weights }: EncoderFiles): Promise<string> {
  const parts = await Promise.all([
    digest(weights),
    digest(encode(config)),
    digest(encode(tokenizer)),
  ]);
  return digest(encode(parts.join()));
}

/** Of the texts in a run's languages, and of which items it trains on. */
async function corpusDigest({ items, splits }: ParallelCorpus): Promise<string> {
  return digest(encode(JSON.stringify([[...items], splits])));
}

function isSecureContext(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function digest(bytes: BufferSource): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
