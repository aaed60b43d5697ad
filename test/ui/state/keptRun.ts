/** @file A run that was trained to its end with invented numbers, and kept. */

import { defaultConfig } from "../../../src/training/config";
import type { KeptRun } from "../../../src/ui/state/keptRecords";
import { nameOf } from "../../../src/ui/state/runNames";
import { emptyLab, reduce, startRun, type LabState, type Run } from "../../../src/ui/state/run";
import { FakeWorker } from "../preview/fakeWorker";

export function completedRun(runId: number): Run {
  const config = { ...defaultConfig, steps: 10, evaluateEvery: 5 };
  let lab: LabState = startRun(emptyLab, runId, config);
  const worker = new FakeWorker((event) => (lab = reduce(lab, event, 0)), 0);
  worker.send({ type: "configure", runId, config });
  worker.send({ type: "step" });
  worker.send({ type: "set-alpha", alpha: 0.8 });
  worker.send({ type: "play" });
  return lab.run!;
}

export function keptRun(runId: number): KeptRun {
  const run = completedRun(runId);
  return { id: `kept-${runId}`, name: nameOf(run), keptAt: 1_700_000_000_000 + runId, run };
}
