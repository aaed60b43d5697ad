/** @file What every model family gives: a shape for each parameter, and a forward pass. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Parameters } from "../parameters";
import type { LayerMap } from "./layerMaps";

/** The sizes that the page shows and the trainer needs, whatever the family. */
export interface Sizes {
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  maximumLength: number;
  padId: number;
}

/** One model family, set up from its `config.json`. */
export interface Architecture {
  sizes: Sizes;
  /** Shape of every parameter by its name in the file of weights. */
  shapes: ReadonlyMap<string, readonly number[]>;
  /** The parameter that holds one row a token; trained row by row. */
  wordEmbeddings: string;
  /** Names of the scales and shifts of all layer norms. */
  layerNorms: readonly string[];
  /** Names of the parameters of layer `index`, from 0 at the bottom. */
  layerParameters(index: number): string[];
  /** Name, without `.weight`, of a linear map of layer `index`. */
  linearMap(index: number, map: LayerMap): string;
  /**
   * Hidden states of the last layer, of the tokens of one batch of texts or of
   * several, one after another.
   *
   * @param words [tokens, width]: the rows of the word embeddings of each token
   * @param masks [rows, length] of each batch; 1 for a token, 0 for padding
   * @returns [tokens, width]
   */
  hiddenStates(
    parameters: Parameters,
    words: tf.Tensor2D,
    masks: readonly tf.Tensor2D[],
  ): tf.Tensor2D;
}
