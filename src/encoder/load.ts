/** @file Loads an encoder from a Hugging Face style folder. */

import * as tf from "@tensorflow/tfjs-core";
import { type Architecture, readArchitecture } from "./architectures";
import type { Encoder } from "./encoder";
import type { Parameters } from "./parameters";
import { readTokenizer } from "./tokenizer";
import { type DownloadProgress, fetchFile, fetchText } from "./weights/fetchFile";
import { type NamedTensor, readSafetensors } from "./weights/safetensors";
import { WeightsError } from "./weights/weightsError";

/** The three files that make an encoder. */
export interface EncoderFiles {
  config: string;
  tokenizer: string;
  weights: ArrayBuffer;
}

export interface LoadedEncoder {
  encoder: Encoder;
  parameters: Parameters;
}

/** Fetches the files of an encoder; `folder` ends in a slash. */
export async function fetchEncoder(
  folder: string,
  progress: DownloadProgress,
): Promise<EncoderFiles> {
  const at = (file: string) => new URL(file, folder).href;
  const [config, tokenizer, weights] = await Promise.all([
    fetchText(at("config.json")),
    fetchText(at("tokenizer.json")),
    fetchFile(at("model.safetensors"), progress),
  ]);
  return { config, tokenizer, weights };
}

/**
 * Reads the files of an encoder. Everything is checked before the first tensor
 * is made, so that nothing half-loaded stays behind.
 * @throws {WeightsError|RangeError} naming file, tensor and value.
 */
export function readEncoder({ config, tokenizer, weights }: EncoderFiles): LoadedEncoder {
  const architecture = readArchitecture(config, "config.json");
  const { vocabularySize, maximumLength, padId } = architecture.sizes;
  const options = { file: "tokenizer.json", vocabularySize, maximumLength, padId };
  const encoder = { architecture, tokenizer: readTokenizer(tokenizer, options) };
  const tensors = checkNames(
    "model.safetensors",
    readSafetensors("model.safetensors", weights),
    architecture,
  );
  return {
    encoder,
    parameters: new Map(
      [...tensors].map(([name, { values, shape }]) => [name, tf.tensor(values, shape, "float32")]),
    ),
  };
}

/** The tensors in the architecture's order; each must be there, of its shape, and no other. */
function checkNames(
  file: string,
  tensors: Map<string, NamedTensor>,
  { shapes }: Architecture,
): Map<string, NamedTensor> {
  // sentence-transformers and `BertModel` leave or strip this prefix.
  const named = new Map<string, NamedTensor>();
  for (const [stored, tensor] of tensors) {
    const name = stored.replace(/^bert\./, "");
    if (named.has(name))
      throw new WeightsError(file, `tensor ${name} is there twice, as bert.${name} too`);
    named.set(name, tensor);
  }
  for (const name of named.keys()) {
    // The pooler is part of a saved BertModel and is not used for embeddings.
    if (shapes.has(name) || name.startsWith("pooler.")) continue;
    throw new WeightsError(file, `surplus tensor ${name}, which config.json knows nothing of`);
  }
  return new Map(
    [...shapes].map(([name, shape]) => {
      const tensor = named.get(name);
      if (tensor === undefined) throw new WeightsError(file, `tensor ${name} is missing`);
      if (tensor.shape.join() !== shape.join()) {
        const found = `[${tensor.shape.join(", ")}]`;
        throw new WeightsError(
          file,
          `tensor ${name} has shape ${found}, config.json asks for [${shape.join(", ")}]`,
        );
      }
      return [name, tensor];
    }),
  );
}
