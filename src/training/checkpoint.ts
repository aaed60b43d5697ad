/**
 * @file A run at a step, whole, as sealed bytes: a safetensors file with the
 * parameters that train and the optimizer's state, and in its metadata
 * everything else. What chance decides follows from seed and step.
 */

import * as tf from "@tensorflow/tfjs-core";
import { uploadTensors } from "../encoder/backend";
import type { Encoder } from "../encoder/encoder";
import type { Parameters } from "../encoder/parameters";
import {
  type NamedTensor,
  readMetadata,
  readSafetensors,
  writeHeader,
} from "../encoder/weights/safetensors";
import { WeightsError } from "../encoder/weights/weightsError";
import type { RunConfig } from "./config";
import type { Curve } from "./curve";
import { isUnbroken, sealBytes } from "./seal";
import { disposeState, initState, type TrainingState } from "./state";

/** How a run ended. */
export type Ending = "completed" | "stopped" | "failed";

/** What a checkpoint says of its run besides tensors; plain JSON. */
export interface CheckpointHeader<Scores = unknown> {
  config: RunConfig;
  /** Steps taken. */
  step: number;
  curve: Curve<Scores>;
  /** Digests of what else decides the numbers. */
  sources: { encoder: string; corpus: string };
  /** What it was computed on; elsewhere the last digits differ. */
  backend: string;
  /** Not there for a run that can go on. */
  ended?: Ending;
}

export interface Checkpoint {
  header: CheckpointHeader;
  /** By the names that `storedTensors` gives. */
  tensors: ReadonlyMap<string, NamedTensor>;
}

/** Raised when the meaning of the bytes changes; others are refused. */
const version = 1;

const metadataName = "polyglot-lab";

/**
 * The run as bytes that are still to be sealed. Reads all tensors back; the caller
 * takes no step before it is done.
 * @throws {WeightsError} for a value that is not finite: such a run cannot go on.
 */
export async function packCheckpoint(
  header: CheckpointHeader,
  encoder: Encoder,
  state: TrainingState,
): Promise<Uint8Array<ArrayBuffer>> {
  const stored = storedTensors(state);
  const shapes = new Map([...stored].map(([name, { shape }]) => [name, shape]));
  const metadata = { [metadataName]: JSON.stringify({ version, ...header }) };
  const { bytes: head, starts, size } = writeHeader(shapes, metadata);
  const bytes = new Uint8Array(sealBytes + size);
  bytes.set(head, sealBytes);
  // Together by role: where a read-back waits long for the GPU, as in Firefox, it waits three times.
  for (const role of ["parameters/", "first/", "second/"]) {
    const names = [...stored.keys()].filter((name) => name.startsWith(role));
    await Promise.all(
      names.map(async (name) => {
        const tensor = stored.get(name)!;
        const start = sealBytes + starts.get(name)!;
        const inPlace = state.trained.words && name === role + encoder.architecture.wordEmbeddings;
        await readInto(new Float32Array(bytes.buffer, start, tensor.size), tensor, inPlace);
      }),
    );
  }
  for (const [name, { size }] of stored) {
    checkFinite(name, new Float32Array(bytes.buffer, sealBytes + starts.get(name)!, size));
  }
  return bytes;
}

/**
 * A checkpoint from bytes that were kept somewhere.
 * @param file what to call it in an error
 * @throws {WeightsError} where a byte is not what was written.
 */
export async function openCheckpoint(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Checkpoint> {
  if (!(await isUnbroken(bytes))) {
    throw new WeightsError(file, `damaged: its ${bytes.length} bytes do not give its checksum`);
  }
  return unpackCheckpoint(file, bytes);
}

/** A checkpoint from bytes that never left this program: the checksum is not looked at. */
export function unpackCheckpoint(file: string, bytes: Uint8Array<ArrayBuffer>): Checkpoint {
  const content = bytes.slice(sealBytes).buffer;
  const header: unknown = JSON.parse(readMetadata(file, content)[metadataName] ?? "null");
  if (!isHeader(header)) throw new WeightsError(file, "not a checkpoint");
  if (header.version !== version) {
    throw new WeightsError(file, `version ${header.version}; this page reads version ${version}`);
  }
  return { header, tensors: readSafetensors(file, content) };
}

/**
 * The state that a checkpoint was made of, bit for bit. `initial` gives the
 * parameters that do not train, and stays the caller's.
 * @throws {RangeError} where the encoder is not the one that was trained.
 */
export function restoreState(
  encoder: Encoder,
  initial: Parameters,
  { header, tensors }: Checkpoint,
): TrainingState {
  const fresh = initState(encoder, initial, header.config);
  const parameters = new Map(fresh.parameters);
  const moments = new Map(fresh.moments);
  const state = { ...fresh, step: header.step, parameters, moments };
  const restored = (name: string, old: tf.Tensor): tf.Tensor => {
    const stored = tensors.get(name);
    if (stored?.shape.join() !== old.shape.join()) {
      const found = stored ? `has shape [${stored.shape.join(", ")}]` : "is missing";
      throw new RangeError(`${name} ${found}, the encoder needs [${old.shape.join(", ")}]`);
    }
    old.dispose();
    return tf.tensor(stored!.values, old.shape, "float32");
  };
  try {
    for (const [name, { first, second }] of fresh.moments) {
      parameters.set(name, restored(`parameters/${name}`, parameters.get(name)!));
      moments.set(name, {
        first: restored(`first/${name}`, first),
        second: restored(`second/${name}`, second),
      });
    }
    uploadTensors(storedTensors(state).values());
  } catch (error) {
    disposeState(fresh);
    disposeState(state);
    throw error;
  }
  return state;
}

/** What a checkpoint holds of a state: of each trained parameter its values and both moments. */
function storedTensors({ parameters, moments }: TrainingState): Map<string, tf.Tensor> {
  return new Map([
    ...[...moments.keys()].map((name) => [`parameters/${name}`, parameters.get(name)!] as const),
    ...[...moments].map(([name, { first }]) => [`first/${name}`, first] as const),
    ...[...moments].map(([name, { second }]) => [`second/${name}`, second] as const),
  ]);
}

/**
 * A tensor's values into `target`. tfjs keeps what it has read from the GPU
 * beside the tensor and answers with it ever after; of one that is written in
 * place a copy is read, by a slice, which changes no bit.
 */
async function readInto(target: Float32Array, tensor: tf.Tensor, inPlace: boolean): Promise<void> {
  const source = inPlace ? tf.slice(tensor, 0) : tensor;
  try {
    target.set(await source.data<"float32">());
  } finally {
    if (inPlace) source.dispose();
  }
}

function checkFinite(name: string, values: Float32Array): void {
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new WeightsError("checkpoint", `tensor ${name}: value ${values[index]} at ${index}`);
  }
}

/** After its checksum a header is as it was written; only another version's may be something else. */
function isHeader(value: unknown): value is CheckpointHeader & { version: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    "config" in value &&
    "curve" in value &&
    "step" in value
  );
}
