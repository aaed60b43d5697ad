/** @file A run's adapters as one file: a folder for PEFT, zipped. */

import { zipSync } from "fflate";
import type { Parameters } from "../encoder/parameters";
import { loraFileNames, writeLora } from "../encoder/weights/loraFiles";
import type { RunConfig } from "../training/config";

/** @throws {Error} where the run trains no adapters. */
export async function loraArchive(
  parameters: Parameters,
  { trained }: Pick<RunConfig, "trained">,
): Promise<ArrayBuffer> {
  if (trained.part !== "lora") {
    throw new Error("This run trains no adapters. Choose LoRA for what trains, and reset.");
  }
  const { config, weights } = await writeLora(parameters, trained);
  const files = {
    [loraFileNames.config]: new TextEncoder().encode(config),
    [loraFileNames.weights]: new Uint8Array(weights),
  };
  // Weights hardly get smaller, and waiting for it would hold up the run.
  return zipSync(files, { level: 0 }).buffer;
}
