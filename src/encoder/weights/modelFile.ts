import { mergeLora } from "../lora";
import { disposeParameters, type Parameters } from "../parameters";
import type { NamedTensor } from "./safetensors";
import { writeSafetensors } from "./writeSafetensors";

/** The weights of an encoder as `model.safetensors`, adapters merged into their matrices. */
export async function writeModel(parameters: Parameters): Promise<ArrayBuffer> {
  // Copies of all: tfjs would remember what was read of a tensor that a later step writes to.
  const merged = mergeLora(parameters);
  try {
    const stored = [...merged].map(async ([name, tensor]): Promise<[string, NamedTensor]> => [
      name,
      { shape: tensor.shape, values: await tensor.data<"float32">() },
    ]);
    return writeSafetensors(new Map(await Promise.all(stored)));
  } finally {
    disposeParameters(merged);
  }
}
