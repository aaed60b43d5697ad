/** @file The protocol between the page and the doctor's worker: types only. */

import type { Finding } from "../doctor/findings";
import type { BackendChoice } from "../training/config";
import type { SerializedError } from "./messages";

/** `encoder`: the built-in encoder's widths; `small`: what a software GPU does in seconds. */
export type ExaminationSize = "encoder" | "small";

/** What is asked of the worker, once; to stop it, end the worker. */
export interface DoctorCommand {
  type: "examine";
  backend: BackendChoice;
  size: ExaminationSize;
  seed: number;
}

/** Findings as they come, then one of the other two. */
export type DoctorEvent =
  | { type: "found"; finding: Finding }
  | { type: "finished" }
  /** The examination itself broke; a check that fails is a finding. */
  | { type: "failed"; error: SerializedError };
