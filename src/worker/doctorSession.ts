/** @file What the doctor's worker does: one examination, told finding by finding. */

import { encoderSizes, smallSizes } from "../doctor/checks";
import { examine } from "../doctor/examine";
import type { WasmPaths } from "../encoder/backend";
import type { DoctorCommand, DoctorEvent } from "./doctorMessages";
import { serializeError } from "./report";

/** The worker's global scope, or one side of a MessageChannel. */
export interface DoctorPort {
  postMessage(message: DoctorEvent): void;
  onmessage: ((event: MessageEvent<DoctorCommand>) => void) | null;
}

const sizes = { encoder: encoderSizes, small: smallSizes };

export function serveDoctor(port: DoctorPort, { wasmPaths }: { wasmPaths: WasmPaths }): void {
  const carryOut = async ({ backend, size, seed }: DoctorCommand): Promise<void> => {
    for await (const finding of examine({ backend, wasmPaths, sizes: sizes[size], seed })) {
      port.postMessage({ type: "found", finding });
    }
    port.postMessage({ type: "finished" });
  };

  // One after another: two would change the backend under each other.
  let last: Promise<void> = Promise.resolve();
  port.onmessage = ({ data }) => {
    last = last
      .then(() => carryOut(data))
      .catch((error: unknown) =>
        port.postMessage({ type: "failed", error: serializeError(error) }),
      );
  };
}
