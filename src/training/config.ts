/** @file A run described whole, as plain data: names, options, defaults. Imports no tensors. */

import type { Language } from "../data/dataset";
import type { LayerMap } from "../encoder/architectures/layerMaps";

export { type LayerMap, layerMaps } from "../encoder/architectures/layerMaps";

/** What the encoder may run on; `auto` picks the fastest that is really there. */
export const backends = ["auto", "webgpu", "wasm", "cpu"] as const;
export type BackendChoice = (typeof backends)[number];

/** Which (query language, passage language) pairs share a batch; method: arXiv 2408.10536, section 3. */
export const samplers = ["hybrid", "x-x-mono", "x-y", "x-x"] as const;
export type SamplerName = (typeof samplers)[number];

/** Which parameters train; those that do not cost neither gradient nor moments. */
export type TrainedPart =
  | { part: "all" }
  /** All but the word embeddings. */
  | { part: "without-words" }
  /** The last `layers` layers. */
  | { part: "last-layers"; layers: number }
  /** Scale and shift of every layer norm. */
  | { part: "layer-norms" }
  /** The word embeddings only. */
  | { part: "words" }
  /** A linear map on top of the pooled hidden states. */
  | { part: "projection" }
  | LoraPart;

/** Adapters of low rank beside the matrices named, in every layer (arXiv 2106.09685). */
export interface LoraPart {
  part: "lora";
  rank: number;
  alpha: number;
  targets: LayerMap[];
}

/** The matrices are those that the paper adapts; the scaling is 2, as is usual. */
export const defaultLora: LoraPart = {
  part: "lora",
  rank: 8,
  alpha: 16,
  targets: ["query", "value"],
};

export const decays = ["linear", "cosine", "constant"] as const;
export type Decay = (typeof decays)[number];

/** Everything that decides a run's curve, given the encoder, the corpus and the device. */
export interface RunConfig {
  languages: Language[];
  sampler: SamplerName;
  /** Probability that a hybrid batch is monolingual. */
  alpha: number;
  batchSize: number;
  /**
   * Texts in one pass of the encoder: a batch that has more is encoded in chunks,
   * for the same gradient in less memory. 0 or absent: the whole batch at once.
   */
  chunkSize?: number;
  seed: number;
  /** Steps after which the run is complete and the learning rate has decayed. */
  steps: number;
  learningRate: number;
  warmupSteps: number;
  decay: Decay;
  weightDecay: number;
  /** Gradients are scaled down to this global L2 norm. */
  clipNorm: number;
  temperature: number;
  /** Also classify the query of each passage, not only the passage of each query. */
  symmetric: boolean;
  trained: TrainedPart;
  /** Scores are taken before training, every so many steps, and at the end. */
  evaluateEvery: number;
}

export const builtInLanguages: Language[] = [
  "ar",
  "de",
  "el",
  "en",
  "es",
  "fr",
  "hi",
  "ru",
  "th",
  "tr",
  "vi",
  "zh",
];

export const defaultConfig: RunConfig = {
  languages: builtInLanguages,
  sampler: "hybrid",
  alpha: 0.5,
  batchSize: 32,
  chunkSize: 0,
  seed: 1,
  steps: 100,
  learningRate: 2e-4,
  warmupSteps: 5,
  decay: "linear",
  weightDecay: 0.01,
  clipNorm: 1,
  temperature: 0.1,
  symmetric: true,
  trained: { part: "all" },
  evaluateEvery: 20,
};
