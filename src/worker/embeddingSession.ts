/** @file What an embedding worker does: holds a copy of the encoder and embeds batches. */

import * as tf from "@tensorflow/tfjs-core";
import { type Architecture, readArchitecture } from "../encoder/architectures";
import { openBackend, type WasmPaths } from "../encoder/backend";
import { embedTokens } from "../encoder/encoder";
import type { EmbeddingCommand, EmbeddingReply } from "./embeddingMessages";
import { serializeError } from "./report";

/** The worker's global scope, or one side of a MessageChannel. */
export interface EmbeddingPort {
  postMessage(message: EmbeddingReply, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<EmbeddingCommand>) => void) | null;
}

export function serveEmbeddings(
  port: EmbeddingPort,
  { wasmPaths }: { wasmPaths: WasmPaths },
): void {
  let architecture: Architecture | undefined;
  const parameters = new Map<string, tf.Tensor>();

  const carryOut = async (command: EmbeddingCommand): Promise<EmbeddingReply> => {
    switch (command.type) {
      case "open":
        await openBackend("wasm", { wasmPaths });
        architecture = readArchitecture(command.config, "config.json");
        return { type: "done" };
      case "update":
        for (const { name, shape, values } of command.parameters) {
          parameters.get(name)?.dispose();
          parameters.set(name, tf.tensor(values, shape, "float32"));
        }
        for (const name of command.dropped) {
          parameters.get(name)?.dispose();
          parameters.delete(name);
        }
        return { type: "done" };
      case "embed": {
        if (!architecture) throw new Error("The embedding worker is not open yet.");
        const embeddings = embedTokens({ architecture }, parameters, command.batch);
        const values = new Float32Array(await embeddings.data<"float32">());
        embeddings.dispose();
        return { type: "embedded", embeddings: values };
      }
      default:
        command satisfies never;
        throw new TypeError(`Unknown command ${JSON.stringify(command)}`);
    }
  };

  let last: Promise<void> = Promise.resolve();
  port.onmessage = ({ data }) => {
    last = last
      .then(() => carryOut(data))
      .catch((error: unknown): EmbeddingReply => ({ type: "failed", error: serializeError(error) }))
      .then((reply) => {
        port.postMessage(reply, reply.type === "embedded" ? [reply.embeddings.buffer] : []);
      });
  };
}
