/** @file What is loaded once: backend, encoder, corpus. */

import type { Split } from "../data/dataset";
import { type BackendOptions, openBackend, type WasmPaths } from "../encoder/backend";
import type { Encoder } from "../encoder/encoder";
import { type EncoderFiles, fetchEncoder, readEncoder } from "../encoder/load";
import { type Parameters, parameterCount } from "../encoder/parameters";
import { type BatchEmbedder, localEmbedder } from "../evaluation/embed";
import type { Durability } from "./checkpointKeeper";
import { type CorpusFolder, openCorpusFolder } from "./corpusFolder";
import type { Command, Environment, LabSummary } from "./messages";
import { type EmbeddingPool, openEmbeddingPool, poolSize } from "./embeddingPool";
import type { Report } from "./report";

export interface Lab {
  encoder: Encoder;
  /** The encoder as it was loaded; runs start from a copy. */
  initial: Parameters;
  /** What it was loaded from: a backend that is started anew has lost its tensors. */
  files: EncoderFiles;
  device: Device;
  /** Where runs survive a reload. */
  durability: Durability;
  corpus: CorpusFolder;
  environment: Environment;
  /** Further cores to embed with, where the backend computes with one. */
  pool: EmbeddingPool | undefined;
}

/** What the backend runs on. */
export interface Device {
  backend: BackendOptions;
  /** Why nothing that it computes may be used any more. */
  fault: string | undefined;
}

export interface LabOptions {
  wasmPaths: WasmPaths;
  durability?: Durability;
  /** Told when the device has failed, between two commands or in the middle of one. */
  onFault?: () => void;
  /** Absent where there are no workers, as in a test. */
  startEmbeddingWorker?: () => Worker;
}

/** Loads everything; both downloads run while the backend starts. */
export async function openLab(
  { encoderUrl, corpusUrl, backend, keepsCheckpoints = true }: Extract<Command, { type: "open" }>,
  options: LabOptions,
  report: Report,
): Promise<Lab> {
  const files = fetchEncoder(encoderUrl, report.task("download encoder"));
  const folder = openCorpusFolder(corpusUrl, report);
  report.progress("start backend", 0, 1);
  const device: Device = {
    fault: undefined,
    backend: {
      wasmPaths: options.wasmPaths,
      onDeviceFailure(message) {
        device.fault ??= message;
        options.onFault?.();
      },
    },
  };
  const starting = openBackend(backend, device.backend);
  // Together, so that a failure of one is reported at once and none goes unhandled.
  const [started, encoderFiles, corpus] = await Promise.all([starting, files, folder]);
  report.progress("start backend", 1, 1);
  const { encoder, parameters } = readEncoder(encoderFiles);
  const userAgent = globalThis.navigator?.userAgent ?? "unknown";
  const environment = { ...started, userAgent };
  const pool = await startPool(options, encoder, encoderFiles.config, environment);
  const durability = keepsCheckpoints ? options.durability : undefined;
  return {
    encoder,
    initial: parameters,
    files: encoderFiles,
    device,
    durability,
    corpus,
    environment,
    pool,
  };
}

/**
 * One embedding worker a core, on WASM; none where one core is all there is. The
 * lab does without them where they do not start; `environment` then says why.
 */
async function startPool(
  { startEmbeddingWorker }: LabOptions,
  { architecture }: Encoder,
  config: string,
  environment: Environment,
): Promise<EmbeddingPool | undefined> {
  const size = poolSize(globalThis.navigator?.hardwareConcurrency ?? 1);
  if (environment.backend !== "wasm" || !startEmbeddingWorker || size < 2) return undefined;
  const workers = Array.from({ length: size }, startEmbeddingWorker);
  try {
    const writtenInPlace = new Set([architecture.wordEmbeddings]);
    const pool = await openEmbeddingPool({ workers, config, writtenInPlace });
    environment.adapter += ` to train, ${size} workers to embed`;
    return pool;
  } catch (error) {
    for (const worker of workers) worker.terminate();
    environment.reason += `; ${error instanceof Error ? error.message : String(error)}`;
    return undefined;
  }
}

/** Who embeds with an encoder's present parameters. */
export async function embeddersFor(
  { encoder, environment, pool }: Lab,
  parameters: Parameters,
): Promise<BatchEmbedder[]> {
  if (pool) return await pool.embedders(parameters);
  const local = localEmbedder(encoder, parameters);
  // Two, so that the GPU has work while a result is read back.
  return environment.backend === "webgpu" ? [local, local] : [local];
}

export function summarize({ encoder, initial, corpus, environment }: Lab): LabSummary {
  const { layers, hiddenSize, vocabularySize } = encoder.architecture.sizes;
  const sides = [...corpus.splits.splits.values()];
  const items = (split: Split) => sides.filter((side) => side === split).length;
  return {
    encoder: { parameters: parameterCount(initial), layers, hiddenSize, vocabularySize },
    corpus: {
      languages: [...corpus.splits.languages],
      trainItems: items("train"),
      devItems: items("dev"),
      testItems: items("test"),
    },
    environment,
  };
}
