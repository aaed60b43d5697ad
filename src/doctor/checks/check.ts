/** @file What a check of an operation is: inputs from a seed, and a function of them. */

import * as tf from "@tensorflow/tfjs-core";
import { createRandom, type Random } from "../../random";
import { drawInputs, type Draw, type Input } from "./inputs";

/** The sizes an operation is checked at. */
export interface CheckSizes {
  /** Texts of a batch. */
  rows: number;
  /** Tokens of a text. */
  length: number;
  width: number;
  heads: number;
  /** Width inside the feed-forward layer. */
  inner: number;
  vocabulary: number;
  /** Tokens of a whole training batch: what the gradients of the weights are summed over. */
  batchTokens: number;
}

/** The built-in encoder's widths, since a GPU takes other programs for other sizes; few texts. */
export const encoderSizes: CheckSizes = {
  rows: 8,
  length: 24,
  width: 256,
  heads: 4,
  inner: 768,
  vocabulary: 2000,
  batchTokens: 2048,
};

/** For a software GPU: seconds where the sizes above take a minute. */
export const smallSizes: CheckSizes = {
  rows: 3,
  length: 5,
  width: 12,
  heads: 2,
  inner: 20,
  vocabulary: 30,
  batchTokens: 40,
};

/** The values of a tensor, read back. */
export interface Sample {
  shape: number[];
  values: Float32Array;
}

export interface Evaluated {
  outputs: Sample[];
  /** Of a random weighting of the output, by each differentiated input. */
  gradients: Sample[];
}

/** An operation under test. */
export interface KernelCheck {
  name: string;
  /** The largest relative difference that passes. */
  tolerance: number;
  /** Draws the inputs; what it returns evaluates the operation at them, on the backend that then runs. */
  prepare(seed: number, sizes: CheckSizes): () => Promise<Evaluated>;
}

type Inputs = Record<string, Input<tf.Tensor>>;
type TensorsOf<I extends Inputs> = { [Name in keyof I]: ReturnType<I[Name]> };

interface CheckDefinition<I extends Inputs> {
  name: string;
  inputs(draw: Draw, sizes: CheckSizes): I;
  compute(tensors: TensorsOf<I>, sizes: CheckSizes): tf.Tensor | tf.Tensor[];
  /** Inputs to differentiate by; the operation then has one output. */
  gradientBy?: (keyof I & string)[];
  tolerance?: number;
}

/**
 * Backends add in different orders and have different `exp` and `erf`. On the
 * software adapter all differences are below 1e-5, of a GPU more is expected;
 * a mistake is larger than either.
 */
const usualTolerance = 1e-4;

export function defineCheck<I extends Inputs>(definition: CheckDefinition<I>): KernelCheck {
  const { name, inputs, tolerance = usualTolerance } = definition;
  return {
    name,
    tolerance,
    prepare(seed, sizes) {
      const drawn = inputs(drawInputs(createRandom(seed)), sizes);
      return () => evaluate(definition, drawn, createRandom(seed, 1), sizes);
    },
  };
}

async function evaluate<I extends Inputs>(
  { compute, gradientBy = [] }: CheckDefinition<I>,
  inputs: I,
  random: Random,
  sizes: CheckSizes,
): Promise<Evaluated> {
  const entries = Object.entries(inputs).map(([name, make]) => [name, make()] as const);
  const tensors = Object.fromEntries(entries) as TensorsOf<I>;
  const kept: tf.Tensor[] = entries.map(([, tensor]) => tensor);
  const keep = (results: tf.Tensor[]): Promise<Sample[]> => {
    kept.push(...results);
    return Promise.all(results.map(read));
  };
  try {
    const results = tf.tidy(() => [compute(tensors, sizes)].flat());
    const outputs = await keep(results);
    if (gradientBy.length === 0) return { outputs, gradients: [] };

    const weighting = drawInputs(random).tensor(results[0]!.shape)();
    kept.push(weighting);
    const operation = (...by: tf.Tensor[]): tf.Tensor => {
      const replaced = Object.fromEntries(gradientBy.map((name, index) => [name, by[index]!]));
      return compute({ ...tensors, ...replaced }, sizes) as tf.Tensor;
    };
    const at = gradientBy.map((name) => tensors[name]!);
    return { outputs, gradients: await keep(tf.tidy(() => tf.grads(operation)(at, weighting))) };
  } finally {
    tf.dispose(kept);
  }
}

async function read(tensor: tf.Tensor): Promise<Sample> {
  return { shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
}
