import type { DoctorCommand, DoctorEvent } from "./doctorMessages";

/** The page's end of the doctor's worker, which lives for one examination. */
export class DoctorClient {
  readonly #worker: Worker;

  constructor(onEvent: (event: DoctorEvent) => void) {
    this.#worker = new Worker(new URL("./doctor.worker.ts", import.meta.url), {
      type: "module",
      name: "doctor",
    });
    const broken = (message: string): void =>
      onEvent({ type: "failed", error: { name: "WorkerError", message } });
    this.#worker.onmessage = ({ data }: MessageEvent<DoctorEvent>) => onEvent(data);
    this.#worker.onerror = ({ message }) =>
      broken(`The doctor's worker stopped: ${message || "its script could not be loaded"}.`);
    this.#worker.onmessageerror = () =>
      broken("A message from the doctor's worker was unreadable.");
  }

  send(command: DoctorCommand): void {
    this.#worker.postMessage(command);
  }

  /** Ends the worker, an examination in progress too; its GPU memory is given back. */
  close(): void {
    this.#worker.terminate();
  }
}
