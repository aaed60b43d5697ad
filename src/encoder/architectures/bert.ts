/** @file BERT (arXiv 1810.04805): post-norm transformer encoder, as `transformers.BertModel`. */

import * as tf from "@tensorflow/tfjs-core";
import type { AttentionBatch } from "../kernels/attention";
import { repeatRows } from "../kernels/rows";
import { addLayerNorm, attention, gelu, linear } from "../layers";
import { type Parameters, parameter } from "../parameters";
import type { Architecture } from "./architecture";
import type { LayerMap } from "./layerMaps";

interface BertConfig {
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  intermediate_size: number;
  layer_norm_eps: number;
  max_position_embeddings: number;
  type_vocab_size: number;
  pad_token_id: number;
}

const wordEmbeddings = "embeddings.word_embeddings.weight";
const positionEmbeddings = "embeddings.position_embeddings.weight";
const tokenTypeEmbeddings = "embeddings.token_type_embeddings.weight";

const layerMapNames: Record<LayerMap, string> = {
  query: "attention.self.query",
  key: "attention.self.key",
  value: "attention.self.value",
  "attention-output": "attention.output.dense",
  intermediate: "intermediate.dense",
  output: "output.dense",
};

/**
 * A BERT from its `config.json`.
 * @throws {RangeError} naming the field that is missing or that this code cannot do.
 */
export function bert(config: Record<string, unknown>, file: string): Architecture {
  const bertConfig = readConfig(config, file);
  const layers = bertConfig.num_hidden_layers;
  const shapes = parameterShapes(bertConfig);
  return {
    sizes: {
      vocabularySize: bertConfig.vocab_size,
      hiddenSize: bertConfig.hidden_size,
      layers,
      maximumLength: bertConfig.max_position_embeddings,
      padId: bertConfig.pad_token_id,
    },
    shapes,
    wordEmbeddings,
    layerNorms: [...shapes.keys()].filter((name) => name.includes(".LayerNorm.")),
    layerParameters: (index) => [...shapes.keys()].filter((name) => name.startsWith(layer(index))),
    linearMap: (index, map) => layer(index) + layerMapNames[map],
    hiddenStates: (parameters, words, masks) => forward(bertConfig, parameters, words, masks),
  };
}

function forward(
  config: BertConfig,
  parameters: Parameters,
  words: tf.Tensor2D,
  masks: readonly tf.Tensor2D[],
): tf.Tensor2D {
  return tf.tidy(() => {
    const epsilon = config.layer_norm_eps;
    const shape = { heads: config.num_attention_heads, batches: masks.map(attentionBatch) };
    let x = addLayerNorm(parameters, "embeddings.LayerNorm", words, {
      residual: places(parameters, masks),
      epsilon,
    });
    for (let index = 0; index < config.num_hidden_layers; index++) {
      const name = layer(index);
      const attended = attention(parameters, `${name}attention`, x, shape);
      const attentionNorm = `${name}attention.output.LayerNorm`;
      x = addLayerNorm(parameters, attentionNorm, attended, { residual: x, epsilon });
      const expanded = gelu(linear(parameters, `${name}intermediate.dense`, x));
      const contracted = linear(parameters, `${name}output.dense`, expanded);
      x = addLayerNorm(parameters, `${name}output.LayerNorm`, contracted, { residual: x, epsilon });
    }
    return x;
  });
}

function attentionBatch(mask: tf.Tensor2D): AttentionBatch {
  const [rows, length] = mask.shape;
  // −1e9 and not −Infinity: WGSL promises nothing about infinities.
  const bias = tf.reshape(tf.mul(tf.sub(1, mask), -1e9), [rows, 1, 1, length]);
  return { rows, length, bias: bias as tf.Tensor4D };
}

/**
 * Position and token-type embeddings added; all tokens are of type 0. Of one
 * batch, the places of a text, which all its texts share; of several, those of
 * every token.
 */
function places(parameters: Parameters, masks: readonly tf.Tensor2D[]): tf.Tensor2D {
  const positions = parameter<tf.Tensor2D>(parameters, positionEmbeddings);
  const types = parameter<tf.Tensor2D>(parameters, tokenTypeEmbeddings);
  const length = Math.max(...masks.map(({ shape }) => shape[1]));
  const width = positions.shape[1];
  const shared = tf.add(tf.slice(positions, [0, 0], [length, width]), tf.slice(types, 0, 1));
  if (masks.length === 1) return shared as tf.Tensor2D; // [length, width]
  return repeatRows(
    shared as tf.Tensor2D,
    masks.map(({ shape }) => shape),
  ); // [tokens, width] // prettier-ignore
}

function layer(index: number): string {
  return `encoder.layer.${index}.`;
}

function parameterShapes(config: BertConfig): Map<string, number[]> {
  const width = config.hidden_size;
  const inner = config.intermediate_size;
  const shapes = new Map<string, number[]>([
    [wordEmbeddings, [config.vocab_size, width]],
    [positionEmbeddings, [config.max_position_embeddings, width]],
    [tokenTypeEmbeddings, [config.type_vocab_size, width]],
  ]);
  const addLinear = (name: string, out: number, into: number) => {
    shapes.set(`${name}.weight`, [out, into]).set(`${name}.bias`, [out]);
  };
  const addNorm = (name: string) => {
    shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width]);
  };
  addNorm("embeddings.LayerNorm");
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const name = layer(index);
    for (const part of ["query", "key", "value"]) {
      addLinear(`${name}attention.self.${part}`, width, width);
    }
    addLinear(`${name}attention.output.dense`, width, width);
    addNorm(`${name}attention.output.LayerNorm`);
    addLinear(`${name}intermediate.dense`, inner, width);
    addLinear(`${name}output.dense`, width, inner);
    addNorm(`${name}output.LayerNorm`);
  }
  return shapes;
}

function readConfig(config: Record<string, unknown>, file: string): BertConfig {
  const count = (field: string, least = 1): number => {
    const value = config[field];
    if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
    throw new RangeError(`${file}: ${field} is ${JSON.stringify(value)}, not a whole number`);
  };
  const only = (field: string, allowed: string) => {
    const value = config[field] ?? allowed;
    if (value === allowed) return;
    throw new RangeError(
      `${file}: ${field} ${JSON.stringify(value)} is not supported; ${allowed} is`,
    );
  };
  only("hidden_act", "gelu");
  only("position_embedding_type", "absolute");
  const epsilon = config["layer_norm_eps"];
  if (typeof epsilon !== "number" || !(epsilon > 0)) {
    throw new RangeError(`${file}: layer_norm_eps is ${JSON.stringify(epsilon)}, not above 0`);
  }
  const [width, heads] = [count("hidden_size"), count("num_attention_heads")];
  if (width % heads !== 0) {
    throw new RangeError(`${file}: hidden_size ${width} is not a multiple of ${heads} heads`);
  }
  return {
    vocab_size: count("vocab_size"),
    hidden_size: width,
    num_hidden_layers: count("num_hidden_layers"),
    num_attention_heads: heads,
    intermediate_size: count("intermediate_size"),
    layer_norm_eps: epsilon,
    max_position_embeddings: count("max_position_embeddings"),
    type_vocab_size: count("type_vocab_size"),
    pad_token_id: count("pad_token_id", 0),
  };
}
