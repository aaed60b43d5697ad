/** @file The doctor: looks at the machine, then checks everything the lab computes with. */

import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, openBackend, type WasmPaths } from "../encoder/backend";
import { type CheckSizes, kernelChecks } from "./checks";
import { reference, runCheck } from "./compare";
import { examineTraining } from "./examineTraining";
import type { Finding, Verdict } from "./findings";
import { machineFacts } from "./machine";

export interface ExamineOptions {
  /** As the page's `?backend=`. */
  backend: "auto" | BackendName;
  wasmPaths: WasmPaths;
  sizes: CheckSizes;
  seed: number;
}

/**
 * Findings one by one; to stop, do not ask for the next. Whatever goes wrong is
 * a finding that failed, so that a broken machine gets a report too. Opens
 * backends and changes which one runs: not for a thread that trains.
 */
export async function* examine({
  backend: choice,
  wasmPaths,
  sizes,
  seed,
}: ExamineOptions): AsyncGenerator<Finding, void> {
  yield* await machineFacts();
  const failures: string[] = [];
  let backend: BackendName;
  try {
    await openBackend(reference, { wasmPaths });
    const report = await openBackend(choice, {
      wasmPaths,
      onDeviceFailure: (message) => failures.push(message),
    });
    backend = report.backend;
    yield { type: "fact", name: "backend", value: `${backend}: ${report.adapter}` };
    yield { type: "fact", name: "why", value: report.reason || "the fastest there is" };
  } catch (error) {
    yield broken("The backend starts", error);
    return;
  }

  for (const check of kernelChecks) {
    // Else tfjs computes small tensors on the CPU, which proves nothing of the GPU.
    const finding = await withoutForwarding(() => runCheck(check, { backend, sizes, seed }));
    yield finding;
  }
  try {
    yield* examineTraining(backend, seed);
  } catch (error) {
    yield broken("Three steps can be trained", error);
  }
  if (backend === "webgpu") yield gpuVerdict(failures);
}

/** Runs `use` while tfjs's WebGPU backend computes everything on the GPU. */
async function withoutForwarding<T>(use: () => Promise<T>): Promise<T> {
  const flag = "WEBGPU_CPU_FORWARD";
  const before = tf.env().getBool(flag);
  tf.env().set(flag, false);
  try {
    return await use();
  } finally {
    tf.env().set(flag, before);
  }
}

function gpuVerdict(failures: readonly string[]): Verdict {
  return {
    type: "verdict",
    name: "The GPU took all the work",
    passed: failures.length === 0,
    detail: failures[0] ?? "no error was reported",
    numbers: { failures: failures.length },
  };
}

function broken(name: string, error: unknown): Verdict {
  const detail = error instanceof Error ? error.message : String(error);
  return { type: "verdict", name, passed: false, detail, numbers: {} };
}
