/**
 * @file LoRA (arXiv 2106.09685): a matrix W stands still, and a product of two
 * thin ones is trained beside it, W + (alpha / rank)·B·A.
 *
 * Adapters are parameters like others, beside those of the architecture: A
 * [rank, in] and B [out, rank] of the linear map `name` as
 * `name.lora_A.weight` and `name.lora_B.weight`, PEFT's names. So checkpoints,
 * scores and embedding workers need not know of them.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../random";
import type { Architecture } from "./architectures";
import { type LayerMap, layerMaps } from "./architectures/layerMaps";
import { type Parameters, parameter } from "./parameters";

export interface LoraOptions {
  /** Rows of A and columns of B. */
  rank: number;
  /** The product of B and A is scaled by `alpha / rank`. */
  alpha: number;
  /** The linear maps that get adapters, in every layer. */
  targets: readonly LayerMap[];
}

/** The parameter that holds `alpha / rank`, a scalar that does not train. */
export const loraScaling = "lora.scaling";

/** Names of the two matrices beside the linear map `name`. */
export function adapterNames(name: string): { a: string; b: string } {
  return { a: `${name}.lora_A.weight`, b: `${name}.lora_B.weight` };
}

/** The linear map that a matrix of an adapter stands beside; undefined for any other parameter. */
export function adaptedMap(name: string): string | undefined {
  return /^(.*)\.lora_[AB]\.weight$/.exec(name)?.[1];
}

/**
 * Shapes of the adapters' matrices by name: what trains.
 * @throws {RangeError} for a rank, an alpha or targets that cannot be.
 */
export function loraShapes(
  architecture: Architecture,
  { rank, alpha, targets }: LoraOptions,
): Map<string, [number, number]> {
  const chosen = layerMaps.filter((map) => targets.includes(map));
  if (chosen.length === 0 || chosen.length < targets.length) {
    const known = layerMaps.join(", ");
    throw new RangeError(`LoRA targets [${targets.join(", ")}]: give some of ${known}, each once`);
  }
  if (!(alpha > 0 && alpha < Infinity)) throw new RangeError(`LoRA alpha is above 0, got ${alpha}`);
  const shapes = new Map<string, [number, number]>();
  for (let layer = 0; layer < architecture.sizes.layers; layer++) {
    for (const map of chosen) {
      const name = architecture.linearMap(layer, map);
      const [out, into] = architecture.shapes.get(`${name}.weight`) as [number, number];
      if (!Number.isInteger(rank) || rank < 1 || rank > Math.min(out, into)) {
        const most = Math.min(out, into);
        throw new RangeError(`LoRA rank ${rank}: give an integer from 1 to ${most} for ${name}`);
      }
      const { a, b } = adapterNames(name);
      shapes.set(a, [rank, into]).set(b, [out, rank]);
    }
  }
  return shapes;
}

/**
 * Adapters before the first step: B is 0, so that the encoder is what it was;
 * A is uniform in ±1/√in, as PEFT's. The caller disposes them.
 */
export function initLora(
  architecture: Architecture,
  options: LoraOptions,
  random: Random,
): Map<string, tf.Tensor> {
  const shapes = loraShapes(architecture, options);
  const adapters = new Map<string, tf.Tensor>([
    [loraScaling, tf.scalar(options.alpha / options.rank)],
  ]);
  for (const [name, shape] of shapes) {
    const isA = name.endsWith(".lora_A.weight");
    const bound = 1 / Math.sqrt(shape[1]);
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () =>
      isA ? bound * (2 * random() - 1) : 0,
    );
    adapters.set(name, tf.tensor2d(values, shape));
  }
  return adapters;
}

/**
 * What linear maps give side by side, with the share of each adapter among
 * them: two thin products for all, B·A is never made. The product with the
 * matrices stays as it is, so that its gradient by them is never asked for.
 *
 * @param x [n, in], what the maps are applied to
 * @param mapped [n, names · out], what they give without adapters
 * @returns [n, names · out]
 */
export function withAdapters(
  parameters: Parameters,
  names: readonly string[],
  x: tf.Tensor2D,
  mapped: tf.Tensor2D,
): tf.Tensor2D {
  const adapted = [...names.entries()].filter(([, name]) => parameters.has(adapterNames(name).a));
  if (adapted.length === 0) return mapped;
  const scaling = parameter<tf.Scalar>(parameters, loraScaling);
  return tf.tidy(() => {
    const a = adapted.map(([, name]) => parameter<tf.Tensor2D>(parameters, adapterNames(name).a));
    // Each B in the rows of its map, zeros in those of the others.
    const b = adapted.map(([place, name]) => {
      const own = parameter<tf.Tensor2D>(parameters, adapterNames(name).b);
      const out = own.shape[0];
      const after = names.length - 1 - place;
      return after + place === 0 ? own : tf.pad2d(own, [[place * out, after * out], [0, 0]]); // prettier-ignore
    });
    const thin = tf.matMul(x, joined(a, 0), false, true); // [n, ranks]
    const scaled = tf.mul<tf.Tensor2D>(joined(b, 1), scaling); // [names · out, ranks]
    return tf.add(mapped, tf.matMul(thin, scaled, false, true));
  });
}

function joined(matrices: tf.Tensor2D[], axis: 0 | 1): tf.Tensor2D {
  return matrices.length === 1 ? matrices[0]! : tf.concat(matrices, axis);
}

/** The adapters among parameters: A and B of each, and the scaling. They stay the parameters' own. */
export function adaptersOf(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([name]) => isOfAdapter(name)));
}

/**
 * An encoder without adapters that gives the same embeddings: each product of B
 * and A is added to its matrix. The result shares no memory; the caller disposes it.
 */
export function mergeLora(parameters: Parameters): Parameters {
  const encoder = new Map([...parameters].filter(([name]) => !isOfAdapter(name)));
  return shifted(encoder, adaptersOf(parameters), 1);
}

/**
 * The inverse of `mergeLora`: the encoder as it was without `adapters`, but for
 * rounding. The result shares no memory; the caller disposes it.
 */
export function unmergeLora(merged: Parameters, adapters: Parameters): Parameters {
  return shifted(merged, adapters, -1);
}

function shifted(encoder: Parameters, adapters: Parameters, sign: 1 | -1): Parameters {
  const shift = (name: string, tensor: tf.Tensor): tf.Tensor => {
    const { a, b } = adapterNames(name.replace(/\.weight$/, ""));
    // Adding 0 copies, as `copyParameters` does.
    if (!adapters.has(a)) return tf.add(tensor, 0);
    const product = tf.matMul(
      parameter<tf.Tensor2D>(adapters, b),
      parameter<tf.Tensor2D>(adapters, a),
    );
    const scaling = parameter<tf.Scalar>(adapters, loraScaling);
    return tf.add(tensor, tf.mul(product, tf.mul(scaling, sign)));
  };
  return new Map([...encoder].map(([name, tensor]) => [name, tf.tidy(() => shift(name, tensor))]));
}

function isOfAdapter(name: string): boolean {
  return name === loraScaling || adaptedMap(name) !== undefined;
}
