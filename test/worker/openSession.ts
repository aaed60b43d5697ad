/** @file The page's end of a session that runs in the same thread. */

import type { LabOptions } from "../../src/worker/lab";
import type { Command, WorkerEvent } from "../../src/worker/messages";
import { type Port, serve } from "../../src/worker/session";
import { nodeWasmPaths } from "../encoder/builtIn";

type EventOf<Type extends WorkerEvent["type"]> = Extract<WorkerEvent, { type: Type }>;

export interface Session {
  /** Everything that has arrived. */
  events: WorkerEvent[];
  /** Lengths of the losses' buffers on the session's side, after they were posted. */
  lengthsLeft: number[];
  send(...commands: Command[]): void;
  /** The next event of a type that has not been waited for, and for which `is` holds. */
  next<Type extends WorkerEvent["type"]>(
    type: Type,
    is?: (event: EventOf<Type>) => boolean,
  ): Promise<EventOf<Type>>;
  /** Ends the channel, so that the process can end. */
  close(): void;
}

const patience = 20_000; // milliseconds

/** Serves over a MessageChannel, which copies and transfers as a worker's channel does. */
export function openSession(
  options: Pick<LabOptions, "startEmbeddingWorker" | "durability"> = {},
): Session {
  const { port1: page, port2: worker } = new MessageChannel();
  const events: WorkerEvent[] = [];
  const lengthsLeft: number[] = [];
  let waitedFor = 0;
  let arrived = (): void => undefined;

  const port: Port = {
    onmessage: null,
    postMessage(message, transfer) {
      worker.postMessage(message, transfer);
      if (message.type === "steps") lengthsLeft.push(message.losses.byteLength);
    },
  };
  serve(port, { wasmPaths: nodeWasmPaths, ...options });
  worker.onmessage = (event: MessageEvent<Command>) => port.onmessage?.(event);
  page.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
    events.push(data);
    arrived();
  };

  return {
    events,
    lengthsLeft,
    send: (...commands) => commands.forEach((command) => page.postMessage(command)),
    async next<Type extends WorkerEvent["type"]>(
      type: Type,
      is: (event: EventOf<Type>) => boolean = () => true,
    ) {
      const deadline = performance.now() + patience;
      for (;;) {
        for (; waitedFor < events.length; waitedFor++) {
          const event = events[waitedFor]!;
          if (event.type !== type || !is(event as EventOf<Type>)) continue;
          waitedFor++;
          return event as EventOf<Type>;
        }
        if (performance.now() > deadline) {
          throw new Error(`no ${type} came; last was ${JSON.stringify(events.at(-1))}`);
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 1000);
          arrived = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    close() {
      page.close();
      worker.close();
    },
  };
}
