import { mergeLora } from "../lora";
import { disposeParameters, type Parameters } from "../parameters";
import { writeParameters } from "./writeSafetensors";

/** The weights of an encoder as `model.safetensors`, adapters merged into their matrices. */
export async function writeModel(parameters: Parameters): Promise<ArrayBuffer> {
  // Copies of all: tfjs would remember what was read of a tensor that a later step writes to.
  const merged = mergeLora(parameters);
  try {
    return await writeParameters(merged);
  } finally {
    disposeParameters(merged);
  }
}
