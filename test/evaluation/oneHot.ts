/** @file Embeddings and an encoder whose every similarity is known beforehand. */

import * as tf from "@tensorflow/tfjs-core";
import type { Language, RetrievalDataset } from "../../src/data/dataset";
import type { Encoder } from "../../src/encoder/encoder";
import type { Parameters } from "../../src/encoder/parameters";
import type { Embeddings } from "../../src/evaluation/embed";

export const languages: Language[] = ["en", "de"];

/** One query and one passage an item and language; their texts are token ids. */
export function parallelDataset(queries: string[][], passages: string[][]): RetrievalDataset {
  const listed = (texts: string[][]) =>
    texts.flatMap((ofLanguage, language) =>
      ofLanguage.map((text, item) => ({
        id: `${languages[language]!}/${item}`,
        language: languages[language]!,
        text,
        item,
      })),
    );
  const items = queries[0]!.length;
  return {
    languages,
    queries: listed(queries),
    passages: listed(passages),
    qrels: listed(queries).map(({ item }) => languages.map((_, row) => row * items + item)),
  };
}

export function embeddings(rows: number[][]): Embeddings {
  return { width: rows[0]!.length, values: Float32Array.from(rows.flat()) };
}

/** Embeds a text as the mean of its tokens' rows in the table, which are one-hot. */
export function oneHotEncoder(width: number): { encoder: Encoder; parameters: Parameters } {
  const table = "table";
  return {
    encoder: {
      architecture: {
        sizes: {
          vocabularySize: width,
          hiddenSize: width,
          layers: 0,
          maximumLength: 32,
          padId: 0,
        },
        shapes: new Map([[table, [width, width]]]),
        wordEmbeddings: table,
        layerNorms: [],
        linearMap: (index, map) => `${index}.${map}`,
        layerParameters: () => [],
        hiddenStates: (_, words) => words,
      },
      tokenizer: {
        padId: 0,
        maximumLength: 32,
        encode: (text) => text.split(" ").map(Number),
      },
    },
    parameters: new Map([[table, tf.eye(width)]]),
  };
}
