/** @file Commands of a short run on the tiny corpus, and the events that follow them. */

import type { BackendName } from "../../src/encoder/backend";
import { defaultConfig, type RunConfig } from "../../src/training/config";
import type { Command, WorkerEvent } from "../../src/worker/messages";
import { tinyLanguages } from "../data/tinyCorpus";
import type { Session } from "./openSession";
import { corpusUrl, encoderUrl } from "./tinyLab";

export const config: RunConfig = {
  ...defaultConfig,
  languages: [...tinyLanguages],
  batchSize: 3,
  steps: 7,
  learningRate: 0.01,
  evaluateEvery: 3,
};

export function configure(runId: number, changes: Partial<RunConfig> = {}): Command {
  return { type: "configure", runId, config: { ...config, ...changes } };
}

export function search(searchId: number, text = "q1 of cats-03 in en?"): Command {
  return { type: "search", searchId, text, limit: 4 };
}

export function open(backend: BackendName): Extract<Command, { type: "open" }> {
  return { type: "open", encoderUrl, corpusUrl, backend };
}

/** Opens the lab and waits for a run at step 0. */
export async function ready(
  session: Session,
  backend: BackendName,
  changes: Partial<RunConfig> = {},
): Promise<void> {
  session.send(open(backend), configure(1, changes));
  await session.next("state", ({ state }) => state === "ready");
}

/** The events of a type that have arrived. */
export function eventsOf<Type extends WorkerEvent["type"]>(
  { events }: Session,
  type: Type,
): Extract<WorkerEvent, { type: Type }>[] {
  return events.filter(
    (event): event is Extract<WorkerEvent, { type: Type }> => event.type === type,
  );
}

/** All losses of a run so far, in order of their steps. */
export function lossesOf(session: Session, runId: number): number[] {
  const losses: number[] = [];
  for (const event of eventsOf(session, "steps")) {
    if (event.runId !== runId) continue;
    if (event.firstStep !== losses.length + 1) {
      throw new Error(`a step before ${event.firstStep} is missing`);
    }
    losses.push(...event.losses);
  }
  return losses;
}
