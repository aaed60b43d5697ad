/** @file The worker's main loop: commands in order, and between them one step after another. */

import { type Lab, type LabOptions, openLab, summarize } from "./lab";
import { type Command, isFinal, transferables, type WorkerEvent } from "./messages";
import { createReport } from "./report";
import { Run } from "./run";
import type { StartingPoints } from "./startingPoint";

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

  const configure = async (command: Extract<Command, { type: "configure" }>): Promise<void> => {
    const { runId, config } = command;
    const corpus = await opened().corpus.read(config.languages);
    const next = new Run(opened(), corpus, { runId, config }, report);
    await run?.dispose();
    run = next;
    await next.start(startingPoints);
  };

  const carryOut = async (command: Command): Promise<void> => {
    switch (command.type) {
      case "open":
        if (lab) throw new Error("The lab is open already.");
        lab = await openLab(command, options, report);
        return report.post({ type: "opened", lab: summarize(lab) });
      case "configure":
        return configure(command);
      case "play":
        return continued().setState("running");
      case "pause":
        return continued().setState("paused");
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

  const loop = async (): Promise<never> => {
    for (;;) {
      const command = commands.shift();
      if (command) {
        await carryOut(command).catch((error: unknown) => {
          report.failed(command.type === "open" && !lab ? "lab" : "command", error);
        });
      } else if (run?.state === "running") {
        await run.advance(false);
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
