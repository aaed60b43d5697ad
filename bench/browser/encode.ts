/** @file The page of `bench/encode.mjs`: one encoder, run by us and by ONNX Runtime Web, on WASM with one thread each or on WebGPU. */

import * as tf from "@tensorflow/tfjs-core";
import type * as Ort from "onnxruntime-web";
import { openBackend } from "../../src/encoder/backend";
import { embedTokens } from "../../src/encoder/encoder";
import { fetchEncoder, type LoadedEncoder, readEncoder } from "../../src/encoder/load";
import type { TokenBatch } from "../../src/encoder/tokenizer";

interface Sides {
  ours: (batch: TokenBatch) => Promise<Float32Array>;
  onnx: (batch: TokenBatch) => Promise<Float32Array>;
}

/** What both sides run on, and their versions. */
interface OpenedSides {
  backend: string;
  /** Whether the GPU is a program on the CPU. */
  isSoftware: boolean;
  /** The GPU of ONNX Runtime Web; empty on WASM. */
  onnxAdapter: string;
  tfjs: string;
  onnx: string;
}

let loaded: LoadedEncoder;
let sides: Sides;
/** What the GPU has refused. */
const failures: string[] = [];

const bench = {
  /**
   * Loads both; the ONNX file is given out by the command as /encoder.onnx.
   * @throws {Error} where there is no such backend: neither side takes another in its place.
   */
  async open(backend: "wasm" | "webgpu"): Promise<OpenedSides> {
    const folder = "/node_modules/@tensorflow/tfjs-backend-wasm/dist/";
    const { adapter, reason } = await openBackend(backend, {
      wasmPaths: folder,
      onDeviceFailure: (message) => failures.push(message),
    });
    loaded = readEncoder(await fetchEncoder(`${location.origin}/encoder/`, () => undefined));
    const ort: typeof Ort =
      backend === "webgpu"
        ? await import("onnxruntime-web/webgpu")
        : await import("onnxruntime-web/wasm");
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = `${location.origin}/node_modules/onnxruntime-web/dist/`;
    const options = { executionProviders: [backend], graphOptimizationLevel: "all" } as const;
    const session = await ort.InferenceSession.create("/encoder.onnx", options);
    sides = { ours: embedOurs, onnx: (batch) => embedOnnx(ort, session, batch) };
    return {
      backend: adapter,
      isSoftware: reason !== "" && backend === "webgpu",
      onnxAdapter: backend === "webgpu" ? describe((await ort.env.webgpu.device).adapterInfo) : "",
      tfjs: tf.version_core,
      onnx: ort.env.versions.web ?? "",
    };
  },

  /**
   * Least milliseconds of each side for a batch of texts without padding, the
   * sides in turns, and the largest difference of their embeddings.
   */
  async compare(texts: string[], rows: number, length: number, rounds: number) {
    const batch = fullBatch(texts, rows, length);
    const [ours, onnx] = [await sides.ours(batch), await sides.onnx(batch)];
    const difference = ours.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - onnx[index]!)),
      0,
    );
    const least = { ours: Infinity, onnx: Infinity };
    for (let round = 0; round < rounds; round++) {
      for (const side of ["ours", "onnx"] as const) {
        const start = performance.now();
        await sides[side](batch);
        least[side] = Math.min(least[side], performance.now() - start);
      }
    }
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return { rows, length, ...least, difference };
  },
};

async function embedOurs(batch: TokenBatch): Promise<Float32Array> {
  const embeddings = embedTokens(loaded.encoder, loaded.parameters, batch);
  const values = await embeddings.data<"float32">();
  embeddings.dispose();
  return values;
}

function describe({ description, vendor, architecture }: GPUAdapterInfo): string {
  return description || `${vendor} ${architecture}`.trim();
}

async function embedOnnx(
  ort: typeof Ort,
  session: Ort.InferenceSession,
  { rows, length, ids, mask }: TokenBatch,
): Promise<Float32Array> {
  const whole = (values: ArrayLike<number>) =>
    new ort.Tensor("int64", BigInt64Array.from(Array.from(values, BigInt)), [rows, length]);
  const { embeddings } = await session.run({ ids: whole(ids), mask: whole(mask) });
  return embeddings!.data as Float32Array;
}

/** The tokens of the texts one after another, cut into texts of exactly `length` tokens. */
function fullBatch(texts: string[], rows: number, length: number): TokenBatch {
  const { tokenizer } = loaded.encoder;
  const [first, last] = [tokenizer.encode("").at(0)!, tokenizer.encode("").at(-1)!];
  const tokens = texts.flatMap((text) => tokenizer.encode(text).slice(1, -1));
  const ids = Int32Array.from({ length: rows * length }, (_, place) => {
    const column = place % length;
    if (column === 0) return first;
    return column === length - 1 ? last : tokens[place % tokens.length]!;
  });
  return { rows, length, ids, mask: new Float32Array(rows * length).fill(1) };
}

declare global {
  var encodeBench: typeof bench;
}

globalThis.encodeBench = bench;
