/** @file Adapters as the two files that PEFT reads and writes. */

import * as tf from "@tensorflow/tfjs-core";
import type { Architecture } from "../architectures";
import { adaptedMap, adapterNames, adaptersOf, loraScaling } from "../lora";
import type { Parameters } from "../parameters";
import { readSafetensors } from "./safetensors";
import { WeightsError } from "./weightsError";
import { writeParameters } from "./writeSafetensors";

export const loraFileNames = {
  config: "adapter_config.json",
  weights: "adapter_model.safetensors",
} as const;

export interface LoraFiles {
  config: string;
  weights: ArrayBuffer;
}

/** What PEFT puts before the names of a `BertModel`. */
const prefix = "base_model.model.";

/** The adapters among `parameters` as files for `PeftModel.from_pretrained`. */
export async function writeLora(
  parameters: Parameters,
  { rank, alpha }: { rank: number; alpha: number },
): Promise<LoraFiles> {
  const matrices = [...adaptersOf(parameters)].filter(([name]) => name !== loraScaling);
  if (matrices.length === 0) throw new RangeError("this encoder has no adapters to write");
  const stored = matrices.map(([name, tensor]) => [prefix + name, tensor] as const);
  const names = matrices.map(([name]) => adaptedMap(name));
  const config = {
    peft_type: "LORA",
    task_type: "FEATURE_EXTRACTION",
    base_model_name_or_path: null,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    // Whole names: PEFT compares ends, and `output.dense` ends `attention.output.dense` too.
    target_modules: [...new Set(names)],
    bias: "none",
    fan_in_fan_out: false,
    use_rslora: false,
    use_dora: false,
    inference_mode: true,
  };
  return {
    config: `${JSON.stringify(config, null, 2)}\n`,
    weights: await writeParameters(new Map(stored)),
  };
}

/**
 * Reads adapters, to be put beside an encoder's parameters. All is checked
 * before the first tensor is made.
 * @returns A and B of each linear map, and the scaling; the caller disposes them.
 * @throws {WeightsError} naming file and field or tensor.
 */
export function readLora({ shapes }: Architecture, files: LoraFiles): Map<string, tf.Tensor> {
  const { rank, alpha } = readConfig(files.config);
  const file = loraFileNames.weights;
  const tensors = new Map(
    [...readSafetensors(file, files.weights)].map(([stored, tensor]) => [
      // A model with a head keeps its encoder under `bert`.
      stored.replace(prefix, "").replace(/^bert\./, ""),
      tensor,
    ]),
  );
  for (const [name, { shape }] of tensors) {
    const map = adaptedMap(name);
    const matrix = shapes.get(`${map}.weight`);
    if (map === undefined || matrix?.length !== 2) {
      throw new WeightsError(file, `tensor ${name} adapts nothing that this encoder has`);
    }
    const { a, b } = adapterNames(map);
    if (!tensors.has(a) || !tensors.has(b)) {
      throw new WeightsError(file, `of ${a} and ${b} one is missing`);
    }
    const expected = name === a ? [rank, matrix[1]] : [matrix[0], rank];
    if (shape.join() !== expected.join()) {
      const problem = `has shape [${shape.join(", ")}], not [${expected.join(", ")}]`;
      throw new WeightsError(file, `tensor ${name} ${problem}`);
    }
  }
  if (tensors.size === 0) throw new WeightsError(file, "it has no tensors");
  const adapters = [...tensors].map(
    ([name, { values, shape }]) => [name, tf.tensor(values, shape, "float32")] as const,
  );
  return new Map<string, tf.Tensor>([[loraScaling, tf.scalar(alpha / rank)], ...adapters]);
}

/** Fields that make of the same matrices something else than W + (alpha / rank)·B·A. */
const unsupported = [
  "alora_invocation_tokens",
  "alpha_pattern",
  "fan_in_fan_out",
  "kasa_config",
  "layer_replication",
  "rank_pattern",
  "use_bdlora",
  "use_dora",
  "use_qalora",
  "use_rslora",
];

function readConfig(text: string): { rank: number; alpha: number } {
  const file = loraFileNames.config;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new WeightsError(file, `it is not JSON (${String(cause)})`);
  }
  const config = (parsed ?? {}) as Record<string, unknown>;
  if (config["peft_type"] !== "LORA") {
    throw new WeightsError(file, `peft_type is ${JSON.stringify(config["peft_type"])}, not LORA`);
  }
  const { r: rank, lora_alpha: alpha } = config;
  if (!Number.isInteger(rank) || (rank as number) < 1) {
    throw new WeightsError(file, `r is ${JSON.stringify(rank)}, not a whole number from 1`);
  }
  if (typeof alpha !== "number" || !(alpha > 0)) {
    throw new WeightsError(file, `lora_alpha is ${JSON.stringify(alpha)}, not above 0`);
  }
  for (const field of unsupported) {
    const value = config[field];
    if (!value || JSON.stringify(value) === "{}") continue;
    throw new WeightsError(file, `${field} ${JSON.stringify(value)} is not supported`);
  }
  return { rank: rank as number, alpha };
}
