/** @file What a run has trained as one file: a folder, zipped. */

import { zipSync } from "fflate";
import { projectionName } from "../encoder/encoder";
import type { EncoderFiles } from "../encoder/load";
import type { Parameters } from "../encoder/parameters";
import { loraFileNames, writeLora } from "../encoder/weights/loraFiles";
import { writeModel } from "../encoder/weights/modelFile";
import type { RunConfig } from "../training/config";
import type { ExportedPart } from "./messages";

/** What an encoder's folder has besides its weights. */
export type EncoderTexts = Pick<EncoderFiles, "config" | "tokenizer">;

/** @throws {Error} where the run has not what is asked for. */
export async function exportArchive(
  part: ExportedPart,
  parameters: Parameters,
  { trained }: Pick<RunConfig, "trained">,
  texts: EncoderTexts,
): Promise<ArrayBuffer> {
  const text = (content: string) => new TextEncoder().encode(content);
  if (part === "model") {
    if (parameters.has(projectionName)) {
      throw new Error("A projection has no place in an encoder's files. Train something else.");
    }
    return zipped({
      "config.json": text(texts.config),
      "tokenizer.json": text(texts.tokenizer),
      "model.safetensors": new Uint8Array(await writeModel(parameters)),
    });
  }
  if (trained.part !== "lora") {
    throw new Error("This run trains no adapters. Choose LoRA for what trains, and reset.");
  }
  const { config, weights } = await writeLora(parameters, trained);
  return zipped({
    [loraFileNames.config]: text(config),
    [loraFileNames.weights]: new Uint8Array(weights),
  });
}

/** Not made smaller: weights hardly get so, and waiting for it would hold up the run. */
function zipped(files: Record<string, Uint8Array>): ArrayBuffer {
  return zipSync(files, { level: 0 }).buffer as ArrayBuffer;
}
