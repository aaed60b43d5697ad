/** @file Ranks the passages of all languages for one typed query. */

import type { Encoder } from "../encoder/encoder";
import type { Parameters } from "../encoder/parameters";
import { embedSequences, type Embeddings } from "./embed";

/** All passages ranked for one query. */
export interface Ranking {
  /** Cosine of each passage. */
  similarities: Float32Array;
  /** Passages, best first; of equals, the earlier in the corpus first. */
  order: Int32Array;
  /** Rank of each passage, from 1. */
  ranks: Int32Array;
}

/**
 * Ranks passages by their similarity to a text in any language.
 * @throws {RangeError} where the encoder has diverged.
 */
export async function rankPassages(
  encoder: Encoder,
  parameters: Parameters,
  text: string,
  passages: Embeddings,
): Promise<Ranking> {
  const ids = encoder.tokenizer.encode(text);
  const { values: query, width } = await embedSequences(encoder, parameters, [ids]);
  const similarities = new Float32Array(passages.values.length / width);
  for (let passage = 0; passage < similarities.length; passage++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += query[column]! * passages.values[passage * width + column]!;
    }
    if (Number.isNaN(sum)) {
      throw new RangeError(
        `the similarity of passage ${passage} is NaN; the encoder has diverged, lower the learning rate`,
      );
    }
    similarities[passage] = sum;
  }
  const order = Int32Array.from(similarities.keys()).sort(
    (a, b) => similarities[b]! - similarities[a]! || a - b,
  );
  const ranks = new Int32Array(order.length);
  for (const [position, passage] of order.entries()) ranks[passage] = position + 1;
  return { similarities, order, ranks };
}
