/** @file Text to token ids, as `tokenizer.json` says, and ids to batches of a few fixed shapes. */

import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";

/** Turns a text into the ids the encoder was trained on. */
export interface Tokenizer {
  padId: number;
  /** At most this many ids, the closing special token included. */
  maximumLength: number;
  /** Ids of a text, special tokens included, cut to `maximumLength`. */
  encode(text: string): number[];
}

export interface TokenizerOptions {
  file: string;
  vocabularySize: number;
  maximumLength: number;
  padId: number;
}

/**
 * Reads `tokenizer.json`.
 * @throws {RangeError} where it cannot be read, or gives an id outside the vocabulary.
 */
export function readTokenizer(json: string, options: TokenizerOptions): Tokenizer {
  const { file, vocabularySize, maximumLength, padId } = options;
  const tokenizer = parse(json, file);
  checkId(padId, vocabularySize, `${file}: the padding token`);
  return {
    padId,
    maximumLength,
    encode(text) {
      const { ids } = tokenizer.encode(text);
      for (const id of ids) checkId(id, vocabularySize, `${file}: a token of "${beginning(text)}"`);
      if (ids.length <= maximumLength) return ids;
      // The closing special token stays, as the encoder has always seen one.
      return [...ids.slice(0, maximumLength - 1), ids[ids.length - 1]!];
    },
  };
}

function parse(json: string, file: string): HuggingFaceTokenizer {
  try {
    const parsed: object = JSON.parse(json);
    return new HuggingFaceTokenizer(parsed, {});
  } catch (cause) {
    throw new RangeError(`${file} is not a tokenizer that can be read: ${String(cause)}`, {
      cause,
    });
  }
}

/** Enough of a text to find it by. */
function beginning(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function checkId(id: number, vocabularySize: number, what: string): void {
  if (Number.isInteger(id) && id >= 0 && id < vocabularySize) return;
  throw new RangeError(`${what} has id ${id}, outside the vocabulary of ${vocabularySize}`);
}

/**
 * Lengths a batch is padded to. A few fixed shapes, since tfjs keeps a pool of
 * GPU buffers for each size and never empties it; the steps between them keep
 * the padding to a tenth (of the built-in test split; with 16, 32, 64, 128 it was a third).
 */
const lengthBuckets = [8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256, 320, 384, 448, 512];

/** The smallest bucket that holds `length` tokens, but never more than the encoder can take. */
export function bucketLength(length: number, maximumLength: number): number {
  const bucket = lengthBuckets.find((size) => size >= length) ?? length;
  return Math.min(bucket, maximumLength);
}

/** Token ids of several texts, padded to one length: row-major [rows, length]. */
export interface TokenBatch {
  rows: number;
  length: number;
  ids: Int32Array;
  /** 1 for a token, 0 for padding. */
  mask: Float32Array;
}

/** Pads sequences to one bucket's length, and to `rows` sequences (the added ones are one pad token each). */
export function padBatch(
  sequences: readonly (readonly number[])[],
  { padId, maximumLength }: Pick<Tokenizer, "padId" | "maximumLength">,
  rows = sequences.length,
): TokenBatch {
  const longest = sequences.reduce((most, { length }) => Math.max(most, length), 1);
  const length = bucketLength(longest, maximumLength);
  const ids = new Int32Array(rows * length).fill(padId);
  const mask = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const given = sequences[row] ?? [];
    // Without a token there would be no mean of tokens.
    const sequence = given.length > 0 ? given : [padId];
    ids.set(sequence, row * length);
    mask.fill(1, row * length, row * length + sequence.length);
  }
  return { rows, length, ids, mask };
}
