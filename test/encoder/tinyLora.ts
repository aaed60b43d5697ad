/** @file A tiny encoder with adapters that do something: on every matrix, B not 0. */

import type * as tf from "@tensorflow/tfjs-core";
import { layerMaps } from "../../src/encoder/architectures/layerMaps";
import type { LoadedEncoder } from "../../src/encoder/load";
import { initLora, type LoraOptions } from "../../src/encoder/lora";
import { createRandom } from "../../src/random";
import { randomTensor } from "./randomTensors";
import { tinyEncoder } from "./tinyEncoder";

export const tinyLoraOptions: LoraOptions = { rank: 2, alpha: 3, targets: layerMaps };

/** The encoder of `tinyEncoder(seed)`, its parameters and adapters apart; the caller disposes both. */
export function tinyLora(seed: number): LoadedEncoder & { adapters: Map<string, tf.Tensor> } {
  const { encoder, parameters } = tinyEncoder(seed);
  const random = createRandom(seed, 1);
  const adapters = initLora(encoder.architecture, tinyLoraOptions, random);
  for (const [name, tensor] of adapters) {
    if (!name.endsWith(".lora_B.weight")) continue;
    adapters.set(name, randomTensor(tensor.shape, random));
    tensor.dispose();
  }
  return { encoder, parameters, adapters };
}
