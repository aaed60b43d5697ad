/** @file The protocol between the training worker and its embedding workers: types only. */

import type { TokenBatch } from "../encoder/tokenizer";
import type { SerializedError } from "./messages";

/** A parameter's values, copied. */
export interface ParameterValues {
  name: string;
  shape: number[];
  values: Float32Array;
}

/** Carried out in order; each is answered by one reply. */
export type EmbeddingCommand =
  | { type: "open"; config: string }
  /** Replaces parameters and forgets those in `dropped`; all others stay. */
  | { type: "update"; parameters: ParameterValues[]; dropped: string[] }
  | { type: "embed"; batch: TokenBatch };

/** Replies come in the order of the commands. */
export type EmbeddingReply =
  | { type: "done" }
  | { type: "embedded"; embeddings: Float32Array<ArrayBuffer> }
  | { type: "failed"; error: SerializedError };
