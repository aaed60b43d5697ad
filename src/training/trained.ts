/** @file Which parameters a run trains. */

import type { Architecture } from "../encoder/architectures";
import { projectionName } from "../encoder/encoder";
import { loraShapes } from "../encoder/lora";
import type { TrainedPart } from "./config";

export interface TrainedParameters {
  /** Names of the parameters that are updated whole. */
  dense: string[];
  /** Whether the word embeddings are trained too, row by row. */
  words: boolean;
}

/** @throws {RangeError} for more layers than the encoder has, or adapters that cannot be. */
export function trainedParameters(
  architecture: Architecture,
  trained: TrainedPart,
): TrainedParameters {
  const { shapes, wordEmbeddings } = architecture;
  const allButWords = [...shapes.keys()].filter((name) => name !== wordEmbeddings);
  switch (trained.part) {
    case "all":
      return { dense: allButWords, words: true };
    case "without-words":
      return { dense: allButWords, words: false };
    case "layer-norms":
      return { dense: [...architecture.layerNorms], words: false };
    case "words":
      return { dense: [], words: true };
    case "last-layers":
      return { dense: lastLayers(architecture, trained.layers), words: false };
    case "projection":
      return { dense: [projectionName], words: false };
    case "lora":
      return { dense: [...loraShapes(architecture, trained).keys()], words: false };
    default:
      trained satisfies never;
      throw new RangeError(`unknown part to train: ${JSON.stringify(trained)}`);
  }
}

function lastLayers(architecture: Architecture, count: number): string[] {
  const { layers } = architecture.sizes;
  if (!Number.isInteger(count) || count < 1 || count > layers) {
    throw new RangeError(`cannot train the last ${count} layers; the encoder has ${layers}`);
  }
  return Array.from({ length: count }, (_, index) =>
    architecture.layerParameters(layers - count + index),
  ).flat();
}
