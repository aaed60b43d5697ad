import type { Command, WorkerEvent } from "./messages";

/** The page's end of the training worker. */
export class WorkerClient {
  readonly #worker: Worker;

  constructor(onEvent: (event: WorkerEvent) => void) {
    this.#worker = new Worker(new URL("./training.worker.ts", import.meta.url), {
      type: "module",
      name: "training",
    });
    const broken = (message: string): void =>
      onEvent({ type: "failed", scope: "lab", error: { name: "WorkerError", message } });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerEvent>) => onEvent(data);
    this.#worker.onerror = ({ message }) =>
      broken(`The training worker stopped: ${message || "its script could not be loaded"}.`);
    this.#worker.onmessageerror = () =>
      broken("A message from the training worker was unreadable.");
  }

  send(command: Command): void {
    this.#worker.postMessage(command);
  }

  /** Ends the worker at once; what it holds is lost. */
  close(): void {
    this.#worker.terminate();
  }
}
