/** @file The worker's main loop: commands in order, and between them one step after another. */

import type { DurableStorage } from "./checkpointKeeper";
import { type Lab, type LabOptions, openLab, summarize } from "./lab";
import { type Command, isFinal, transferables, type WorkerEvent } from "./messages";
import { createReport, serializeError } from "./report";
import { LostBackendError, restartBackend } from "./recovery";
import { Run } from "./run";
import type { RunSetup } from "./runCheckpoints";
import { encoderDigest, sourcesOf } from "./sources";
import type { StartingPoints } from "./startingPoint";
import { findStoredRun, readLastWhole } from "./storedRuns";

/** The worker's global scope, or one side of a MessageChannel. */
export interface Port {
  postMessage(message: WorkerEvent, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Command>) => void) | null;
}

export type SessionOptions = LabOptions;

/** Serves one page. Commands are carried out one at a time, in order, between two steps. */
export function serve(port: Port, options: SessionOptions): void {
  const report = createReport((event) => port.postMessage(event, transferables(event)));
  const commands: Command[] = [];
  let wake = (): void => undefined;
  const onFault = (): void => wake();
  let lab: Lab | undefined;
  let run: Run | undefined;
  const startingPoints: StartingPoints = new Map();

  const opened = (): Lab => {
    if (!lab) throw new Error("The lab is not open yet: send `open` first.");
    return lab;
  };
  const started = (): Run => {
    if (!run) throw new Error("There is no run yet: send `configure` first.");
    return run;
  };
  const continued = (): Run => {
    const current = started();
    if (isFinal(current.state))
      throw new Error(`This run is ${current.state}. Reset to train again.`);
    return current;
  };

  const begin = async (setup: Omit<RunSetup, "sources">): Promise<void> => {
    const { files, corpus } = opened();
    const texts = await corpus.read(setup.config.languages);
    const sources = await sourcesOf(files, texts);
    const { header } = setup.stored ?? {};
    if (header && header.sources.corpus !== sources.corpus)
      throw new Error("The corpus has changed since; this run cannot go on.");
    const next = new Run(opened(), texts, { ...setup, sources }, report);
    await run?.dispose();
    run = next;
    await next.start(startingPoints);
  };

  const durable = (): DurableStorage => {
    const { durability } = opened();
    if (durability && "store" in durability) return durability;
    throw new Error("This page stores no checkpoints.");
  };

  const resume = async ({ runId, key }: Extract<Command, { type: "resume" }>): Promise<void> => {
    try {
      const { header, bytes } = await readLastWhole(durable(), key);
      await begin({ runId, key, config: header.config, stored: { header, bytes } });
    } catch (error) {
      report.post({ type: "failed", scope: "run", runId, error: serializeError(error) });
    }
  };

  const tellStoredRun = async (): Promise<void> => {
    const { durability, files } = opened();
    if (!durability || !("store" in durability)) return;
    try {
      const { backend } = opened().environment;
      const options = { encoder: await encoderDigest(files), backend, mine: run?.key };
      report.post({ type: "stored-run", run: await findStoredRun(durability, options) });
    } catch (error) {
      // The first checkpoint that cannot be written tells the page.
      console.warn("Stored runs could not be read.", error);
    }
  };

  const carryOut = async (command: Command): Promise<void> => {
    switch (command.type) {
      case "open":
        if (lab) throw new Error("The lab is open already.");
        lab = await openLab(command, { ...options, onFault }, report);
        report.post({ type: "opened", lab: summarize(lab) });
        return tellStoredRun();
      case "configure":
        return begin({ ...command, key: newRunKey() });
      case "resume":
        return resume(command);
      case "forget":
        await durable().store.drop(command.key);
        return tellStoredRun();
      case "play":
        return continued().setState("running");
      case "pause":
        return continued().pause();
      case "step":
        continued().setState("running");
        await continued().advance(true);
        return isFinal(started().state) ? undefined : started().setState("paused");
      case "stop":
        return continued().stop();
      case "set-alpha":
        return started().moveAlpha(command.alpha);
      case "search":
        // Only the newest search of those waiting is worth an answer; on WASM and CPU nothing
        // else lets those in that came during the last one.
        await nextTask();
        if (commands.some(({ type }) => type === "search")) return;
        return started().search(command.searchId, command.text, command.limit);
      case "export":
        return started().export(command.part);
      default:
        command satisfies never;
        throw new TypeError(`Unknown command ${JSON.stringify(command)}`);
    }
  };

  /** Nothing can be computed any more; the lab may be opened again. */
  const lose = (error: unknown): void => {
    lab = run = undefined;
    report.failed("lab", error);
  };

  const loop = async (): Promise<never> => {
    for (;;) {
      if (lab?.device.fault !== undefined) {
        await (run ? run.mend() : restartBackend(lab, report)).catch(lose);
      }
      const command = commands.shift();
      if (command) {
        await carryOut(command).catch((error: unknown) => {
          if (error instanceof LostBackendError) return lose(error);
          report.failed(command.type === "open" && !lab ? "lab" : "command", error);
        });
      } else if (run?.state === "running") {
        await run.advance(false).catch(lose);
        // A step on WASM or CPU never leaves the thread; commands must get in between.
        await nextTask();
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  };

  port.onmessage = ({ data }) => {
    commands.push(data);
    wake();
  };
  void loop();
}

/** A name for a run's checkpoints that no run has had. */
function newRunKey(): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now()}-${[...random].map((part) => part.toString(36)).join("")}`;
}

/** Resolves after the messages that are waiting; `setTimeout` would wait 4 ms longer. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
