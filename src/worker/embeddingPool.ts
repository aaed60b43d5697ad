/**
 * @file Embedding workers, one a core. tfjs's WASM computes with one thread;
 * batches of texts do not depend on each other, so each core takes some.
 */

import type * as tf from "@tensorflow/tfjs-core";
import type { Parameters } from "../encoder/parameters";
import type { BatchEmbedder } from "../evaluation/embed";
import type { EmbeddingCommand, EmbeddingReply, ParameterValues } from "./embeddingMessages";

export interface EmbeddingPool {
  size: number;
  /** Gives the workers an encoder's present parameters; → one embedder a worker. */
  embedders(parameters: Parameters): Promise<BatchEmbedder[]>;
}

/** What a pool needs of a worker; a MessageChannel's port does too. */
export interface EmbeddingWorker {
  postMessage(command: EmbeddingCommand): void;
  onmessage: ((event: MessageEvent<EmbeddingReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface PoolOptions {
  workers: readonly EmbeddingWorker[];
  /** `config.json` of the encoder. */
  config: string;
  /** Parameters whose tensors are written in place: they may have changed though they are the same. */
  writtenInPlace: ReadonlySet<string>;
}

/** How many workers help: the page needs little of a core while texts are embedded. */
export function poolSize(cores: number): number {
  return cores <= 2 ? cores : Math.min(cores - 1, 6);
}

/** Opens the workers; rejects where one of them cannot start. */
export async function openEmbeddingPool({
  workers,
  config,
  writtenInPlace,
}: PoolOptions): Promise<EmbeddingPool> {
  const asks = workers.map(conversation);
  await Promise.all(asks.map((ask) => ask({ type: "open", config })));
  let present: Parameters = new Map();

  return {
    size: workers.length,
    async embedders(parameters) {
      if (parameters !== present) {
        const changed = [...parameters].filter(
          ([name, tensor]) => writtenInPlace.has(name) || present.get(name) !== tensor,
        );
        const values = await Promise.all(changed.map(readParameter));
        // A run may have had parameters that the next has not: a projection, adapters.
        const dropped = [...present.keys()].filter((name) => !parameters.has(name));
        await Promise.all(asks.map((ask) => ask({ type: "update", parameters: values, dropped })));
        present = parameters;
      }
      return asks.map((ask): BatchEmbedder => async (batch) => {
        const reply = await ask({ type: "embed", batch });
        if (reply.type !== "embedded")
          throw new TypeError(`embedding was answered by ${reply.type}`);
        return reply.embeddings;
      });
    },
  };
}

async function readParameter([name, tensor]: [string, tf.Tensor]): Promise<ParameterValues> {
  return { name, shape: tensor.shape, values: await tensor.data<"float32">() };
}

/** Commands to one worker as calls; replies come in order. */
function conversation(
  worker: EmbeddingWorker,
): (command: EmbeddingCommand) => Promise<EmbeddingReply> {
  interface Waiting {
    resolve: (reply: EmbeddingReply) => void;
    reject: (error: Error) => void;
  }
  const waiting: Waiting[] = [];
  let broken: Error | undefined;
  worker.onmessage = ({ data }) => {
    const { resolve, reject } = waiting.shift()!;
    if (data.type !== "failed") return resolve(data);
    const error = new Error(data.error.message);
    error.name = data.error.name;
    reject(error);
  };
  worker.onerror = ({ message }) => {
    broken = new Error(`An embedding worker stopped: ${message || "its script did not load"}`);
    for (const { reject } of waiting.splice(0)) reject(broken);
  };
  return (command) => {
    if (broken) return Promise.reject(broken);
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(command);
    });
  };
}
