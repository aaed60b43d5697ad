/** @file The doctor without the page, for `npm run doctor`. */

import type { Finding } from "./doctor/findings";
import { reportLines, summary } from "./doctor/reportText";
import { type BackendChoice, backends } from "./training/config";
import { DoctorClient } from "./worker/doctorClient";
import type { DoctorEvent } from "./worker/doctorMessages";

/** Options of the command line, as text. */
export interface DoctorRequest {
  backend: string;
  seed: string;
  small?: boolean | undefined;
}

/** What is written to a file. */
export interface DoctorResult {
  findings: Finding[];
  summary: string;
}

declare global {
  var runDoctor: (request: DoctorRequest) => Promise<DoctorResult>;
  var reportLine: (line: string) => void;
}

globalThis.runDoctor = runDoctor;

function runDoctor({ backend, seed, small }: DoctorRequest): Promise<DoctorResult> {
  return new Promise((resolve, reject) => {
    const findings: Finding[] = [];
    const onEvent = (event: DoctorEvent): void => {
      switch (event.type) {
        case "found":
          for (const line of reportLines(event.finding, findings.at(-1))) {
            globalThis.reportLine(line);
          }
          findings.push(event.finding);
          return;
        case "finished":
          client.close();
          return resolve({ findings, summary: summary(findings) });
        case "failed":
          client.close();
          return reject(new Error(event.error.message));
        default:
          event satisfies never;
      }
    };
    const command = {
      type: "examine",
      backend: readBackend(backend),
      size: small ? "small" : "encoder",
      seed: readSeed(seed),
    } as const;
    const client = new DoctorClient(onEvent);
    client.send(command);
  });
}

function readBackend(text: string): BackendChoice {
  const found = backends.find((backend) => backend === text);
  if (found !== undefined) return found;
  throw new RangeError(`--backend ${text}: not one of ${backends.join(", ")}`);
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (text !== "" && Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new RangeError(`--seed ${text}: not a whole number from 0`);
}
