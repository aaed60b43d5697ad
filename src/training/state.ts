/** @file What changes while a run trains: parameters, moments and the step. */

import * as tf from "@tensorflow/tfjs-core";
import { type Encoder, projectionName } from "../encoder/encoder";
import { initLora } from "../encoder/lora";
import { copyParameters, type Parameters } from "../encoder/parameters";
import { createRandom } from "../random";
import type { RunConfig } from "./config";
import { initMoments, type Moments } from "./optimizers/adamw";
import { trainedParameters, type TrainedParameters } from "./trained";

/** The stream of a run's seed that adapters are drawn from, apart from that of its batches. */
const adapterStream = 1;

export interface TrainingState {
  /** Steps taken. */
  step: number;
  trained: TrainedParameters;
  /** All parameters of the encoder, those that do not train too. Owned by the state. */
  parameters: Parameters;
  /** Of the trained parameters, the word embeddings included where they train. */
  moments: ReadonlyMap<string, Moments>;
}

/** The state before the first step. `initial` stays the caller's and is never written to. */
export function initState(
  { architecture }: Encoder,
  initial: Parameters,
  config: RunConfig,
): TrainingState {
  const trained = trainedParameters(architecture, config.trained);
  const width = architecture.sizes.hiddenSize;
  const parameters = new Map(copyParameters(initial));
  if (trained.dense.includes(projectionName)) {
    // The identity: before the first step, the embeddings are the encoder's own.
    parameters.set(projectionName, tf.eye(width));
  }
  if (config.trained.part === "lora") {
    const random = createRandom(config.seed, adapterStream);
    for (const [name, tensor] of initLora(architecture, config.trained, random)) {
      parameters.set(name, tensor);
    }
  }
  const names = trained.words ? [architecture.wordEmbeddings, ...trained.dense] : trained.dense;
  return {
    step: 0,
    trained,
    parameters,
    moments: new Map(names.map((name) => [name, initMoments(parameters.get(name)!)])),
  };
}

export function disposeState({ parameters, moments }: TrainingState): void {
  tf.dispose([...parameters.values()]);
  for (const { first, second } of moments.values()) tf.dispose([first, second]);
}
