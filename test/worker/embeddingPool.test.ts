import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { embedSequences } from "../../src/evaluation/embed";
import { projectionName } from "../../src/encoder/encoder";
import { copyParameters, disposeParameters } from "../../src/encoder/parameters";
import { createRandom } from "../../src/random";
import type { EmbeddingCommand } from "../../src/worker/embeddingMessages";
import {
  type EmbeddingPool,
  type EmbeddingWorker,
  openEmbeddingPool,
  poolSize,
} from "../../src/worker/embeddingPool";
import { serveEmbeddings } from "../../src/worker/embeddingSession";
import { nodeWasmPaths, openNodeBackend } from "../encoder/builtIn";
import { randomTensor } from "../encoder/randomTensors";
import { tinyConfig, tinyEncoder } from "../encoder/tinyEncoder";

const open: MessagePort[] = [];
afterEach(() => open.splice(0).forEach((port) => port.close()));

/** An embedding worker in this thread, and the commands it was sent. */
function workerHere(): { worker: EmbeddingWorker; sent: EmbeddingCommand[] } {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  serveEmbeddings(port2, { wasmPaths: nodeWasmPaths });
  const sent: EmbeddingCommand[] = [];
  const worker: EmbeddingWorker = {
    onmessage: null,
    onerror: null,
    postMessage(command) {
      sent.push(command);
      port1.postMessage(command);
    },
  };
  port1.onmessage = (event) => worker.onmessage?.(event);
  return { worker, sent };
}

async function openPool(...workers: EmbeddingWorker[]): Promise<EmbeddingPool> {
  const writtenInPlace = new Set(["embeddings.word_embeddings.weight"]);
  return await openEmbeddingPool({ workers, config: tinyConfig, writtenInPlace });
}

const sequences = Array.from({ length: 37 }, (_, index) =>
  Array.from({ length: 1 + ((index * 7) % 30) }, (_, place) => 3 + ((index + place * 5) % 40)),
);

describe("a pool of embedding workers", () => {
  it("gives the embeddings that this thread gives, bit for bit", async () => {
    await openNodeBackend("wasm");
    const { encoder, parameters } = tinyEncoder(1);
    const pool = await openPool(workerHere().worker, workerHere().worker);
    const embedders = await pool.embedders(parameters);
    expect(embedders).toHaveLength(2);
    const here = await embedSequences(encoder, parameters, sequences);
    const there = await embedSequences(encoder, parameters, sequences, undefined, embedders);
    expect(there).toEqual(here);
    disposeParameters(parameters);
  });

  it("sends what has changed, and what may have changed in place", async () => {
    await openNodeBackend("wasm");
    const { encoder, parameters } = tinyEncoder(1);
    const { worker, sent } = workerHere();
    const pool = await openPool(worker);
    const updated = () =>
      sent.flatMap((command) =>
        command.type === "update" ? [command.parameters.map(({ name }) => name)] : [],
      );
    await pool.embedders(parameters);
    expect(updated()).toEqual([[...parameters.keys()]]);
    await pool.embedders(parameters);
    expect(updated()).toHaveLength(1);

    const changed = "encoder.layer.1.output.dense.weight";
    const next = new Map(parameters);
    next.set(changed, tf.mul(parameters.get(changed)!, 2));
    const embedders = await pool.embedders(next);
    expect(updated()[1]).toEqual(["embeddings.word_embeddings.weight", changed]);
    const there = await embedSequences(encoder, next, sequences, undefined, embedders);
    expect(there).toEqual(await embedSequences(encoder, next, sequences));
    next.get(changed)!.dispose();
    disposeParameters(parameters);
  });

  it("forgets a projection that the next encoder has not", async () => {
    await openNodeBackend("wasm");
    const { encoder, parameters } = tinyEncoder(1);
    const pool = await openPool(workerHere().worker);
    const projection = randomTensor<tf.Rank.R2>([8, 8], createRandom(2));
    const projected = new Map([...parameters, [projectionName, projection as tf.Tensor]]);
    for (const present of [projected, parameters]) {
      const embedders = await pool.embedders(present);
      const there = await embedSequences(encoder, present, sequences, undefined, embedders);
      expect(there).toEqual(await embedSequences(encoder, present, sequences));
    }
    disposeParameters(projected);
  });

  it("rejects with the worker's own words, and goes on", async () => {
    await openNodeBackend("wasm");
    const { encoder, parameters } = tinyEncoder(1);
    const pool = await openPool(workerHere().worker);
    const broken = new Map(copyParameters(parameters));
    const [name, tensor] = [...broken][0]!;
    broken.set(name, tf.tensor1d([1]));
    const embedders = await pool.embedders(broken);
    await expect(
      embedSequences(encoder, broken, sequences, undefined, embedders),
    ).rejects.toThrow();
    tensor.dispose();
    disposeParameters(broken);
    const sound = await pool.embedders(parameters);
    const there = await embedSequences(encoder, parameters, sequences, undefined, sound);
    expect(there).toEqual(await embedSequences(encoder, parameters, sequences));
    disposeParameters(parameters);
  });

  it("rejects what waits when a worker stops", async () => {
    const worker: EmbeddingWorker = {
      onmessage: null,
      onerror: null,
      postMessage: () => setTimeout(() => worker.onerror?.({ message: "" } as ErrorEvent)),
    };
    await expect(openPool(worker)).rejects.toThrow(/embedding worker stopped/);
  });
});

it("leaves a core to the page where there are several", () => {
  expect([1, 2, 4, 8, 64].map(poolSize)).toEqual([1, 2, 3, 6, 6]);
});
