/** @file Starts a backend anew that has failed, and tells such failures from others. */

import { closeBackend, openBackend } from "../encoder/backend";
import { readEncoder } from "../encoder/load";
import { NonFiniteLossError } from "../training/train";
import type { Lab } from "./lab";
import type { Report } from "./report";

/** Restarts without a step further than any before; what comes back each time is to end the run. */
const mostRestarts = 2;

/** The same for restarts while nothing is asked of the run, and without anything computed between. */
const mostIdleRestarts = 5;

/** The backend could not be started anew; nothing can be computed any more. */
export class LostBackendError extends Error {
  override readonly name = "LostBackendError";
}

/** Sees to it that a run does not start its backend anew for ever. */
export class RestartLimit {
  #restarts = 0;
  #furthest = 0;
  #idleRestarts = 0;
  #nonFiniteStep: number | undefined;

  /** Whether one more restart, after a failure at `step`, makes sense. */
  allows(step: number): boolean {
    if (step > this.#furthest) this.#restarts = 0;
    this.#furthest = Math.max(step, this.#furthest);
    this.#restarts += 1;
    return this.#restarts <= mostRestarts;
  }

  /** The same after a failure while nothing was asked of the run, as when a laptop was shut. */
  allowsIdle(): boolean {
    this.#idleRestarts += 1;
    return this.#idleRestarts <= mostIdleRestarts;
  }

  /** Something was computed again. */
  computed(): void {
    this.#idleRestarts = 0;
  }

  /** A loss that is not finite at the same step again does not come from the GPU. */
  isOfTheRun(error: unknown): boolean {
    if (!(error instanceof NonFiniteLossError)) return false;
    const isAgain = error.step === this.#nonFiniteStep;
    this.#nonFiniteStep = error.step;
    return isAgain;
  }

  error(step: number, fault: string): Error {
    return new Error(
      `The engine failed ${this.#restarts} times after step ${step} and got no further (${fault}). ` +
        "Have fewer texts encoded at a time, choose a smaller batch, or add ?backend=wasm to the address.",
    );
  }
}

/** @throws {Error} where the device has failed: what it has computed meanwhile is not to be used. */
export function refuseFault({ fault }: Lab["device"]): void {
  if (fault !== undefined) throw new Error(fault);
}

/**
 * What is wrong with the backend, in a clause; undefined where the run itself
 * is to blame. Only a GPU may be to blame for a loss that is not finite: on
 * WASM and CPU the same step gives the same again.
 */
export function faultOf(error: unknown, { device, environment }: Lab): string | undefined {
  if (device.fault !== undefined) return device.fault;
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  // What reading back from a GPU that is gone rejects with.
  if (environment.backend === "webgpu" && (name === "AbortError" || name === "OperationError")) {
    return `the GPU was lost: ${message}`;
  }
  if (environment.backend === "webgpu" && error instanceof NonFiniteLossError) {
    return `the loss of step ${error.step} was ${error.loss}`;
  }
  // WASM that cannot grow, and arrays that cannot be made.
  return /out of memory|OOM|allocation failed|invalid typed array length/i.test(message)
    ? `out of memory: ${message}`
    : undefined;
}

/**
 * The same backend, with the encoder as it was loaded; all tensors of before are gone.
 * @throws {LostBackendError} where it does not start, or where another GPU came in its place.
 */
export async function restartBackend(lab: Lab, report: Report): Promise<void> {
  const { backend, adapter } = lab.environment;
  const fault = lab.device.fault ?? "the backend failed";
  report.progress("start backend", 0, 1);
  closeBackend();
  lab.device.fault = undefined;
  try {
    const started = await openBackend(backend, lab.device.backend);
    if (backend === "webgpu" && started.adapter !== adapter) {
      throw new Error(`${started.adapter} came in the place of ${adapter}`);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LostBackendError(
      `The engine failed (${fault}) and could not be started again: ${reason}.`,
      { cause },
    );
  }
  lab.initial = readEncoder(lab.files).parameters;
  report.progress("start backend", 1, 1);
}
