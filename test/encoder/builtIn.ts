import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openBackend, type BackendName, type WasmPaths } from "../../src/encoder/backend";
import type { EncoderFiles } from "../../src/encoder/load";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The files of the encoder that the page is shipped with. */
export function builtInEncoderFiles(): EncoderFiles {
  const file = (name: string) => readFileSync(`${root}public/encoder/${name}`);
  const weights = file("model.safetensors");
  return {
    config: file("config.json").toString(),
    tokenizer: file("tokenizer.json").toString(),
    weights: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
  };
}

/** What PyTorch and `tokenizers` give for sentences in all languages of the encoder. */
export interface Reference {
  sentences: { language: string; text: string; ids: number[]; embedding: number[] }[];
}

export function reference(): Reference {
  return JSON.parse(readFileSync(`${root}public/encoder/reference.json`, "utf8")) as Reference;
}

export const nodeWasmPaths: WasmPaths = `${root}node_modules/@tensorflow/tfjs-backend-wasm/dist/`;

/** Starts a backend under Node. */
export async function openNodeBackend(name: BackendName): Promise<void> {
  await openBackend(name, { wasmPaths: nodeWasmPaths });
}
