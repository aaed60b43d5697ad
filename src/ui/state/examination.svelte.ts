/** @file The doctor at work: owns its worker, and collects what it finds. */

import { type Finding, isFailure } from "../../doctor/findings";
import { reportText, summary } from "../../doctor/reportText";
import type { BackendChoice } from "../../training/config";
import type { DoctorCommand, DoctorEvent } from "../../worker/doctorMessages";

/** What an examination speaks to: the worker's client, or a fake in a test. */
export interface DoctorConnection {
  send(command: DoctorCommand): void;
  close(): void;
}

type Connect = (onEvent: (event: DoctorEvent) => void) => DoctorConnection;

export class Examination {
  findings = $state.raw<readonly Finding[]>([]);
  /** `failed`: the examination itself; what is wrong with the machine is among the findings. */
  state = $state<"new" | "running" | "finished" | "stopped" | "failed">("new");
  failure = $state("");

  readonly text = $derived(reportText(this.findings));
  readonly outcome = $derived(this.#outcome());

  readonly #connect: Connect;
  #connection: DoctorConnection | undefined;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Begins anew, in a worker of its own. */
  start(backend: BackendChoice): void {
    this.#connection?.close();
    this.findings = [];
    this.failure = "";
    this.state = "running";
    this.#connection = this.#connect((event) => this.#receive(event));
    this.#connection.send({ type: "examine", backend, size: "encoder", seed: 1 });
  }

  /** Ends an examination in progress; what it found stays. */
  stop(): void {
    if (this.state === "running") this.#end("stopped");
  }

  #receive(event: DoctorEvent): void {
    switch (event.type) {
      case "found":
        this.findings = [...this.findings, event.finding];
        return;
      case "finished":
        return this.#end("finished");
      case "failed":
        this.failure = event.error.message;
        return this.#end("failed");
      default:
        event satisfies never;
    }
  }

  #end(state: "finished" | "stopped" | "failed"): void {
    this.state = state;
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** How it stands, in a sentence. */
  #outcome(): string {
    switch (this.state) {
      case "new":
        return "";
      case "running": {
        const failed = this.findings.filter(isFailure).length;
        return failed === 0 ? "Examining." : `Examining; ${failed} failed so far.`;
      }
      case "finished":
        return summary(this.findings);
      case "stopped":
        return `Stopped. ${summary(this.findings)}`;
      case "failed":
        return `The examination broke off: ${this.failure}`;
    }
  }
}
