import { expect, it } from "vitest";
import { kernelChecks } from "../../src/doctor/checks";
import type { DoctorCommand, DoctorEvent } from "../../src/worker/doctorMessages";
import { type DoctorPort, serveDoctor } from "../../src/worker/doctorSession";
import { nodeWasmPaths } from "../encoder/builtIn";

/** Sends a command over a channel that copies as a worker's does; → all events up to the last. */
function events(command: DoctorCommand): Promise<DoctorEvent[]> {
  const { port1: page, port2: worker } = new MessageChannel();
  const port: DoctorPort = {
    onmessage: null,
    postMessage: (message) => worker.postMessage(message),
  };
  serveDoctor(port, { wasmPaths: nodeWasmPaths });
  worker.onmessage = (event: MessageEvent<DoctorCommand>) => port.onmessage?.(event);
  return new Promise((resolve) => {
    const arrived: DoctorEvent[] = [];
    page.onmessage = ({ data }: MessageEvent<DoctorEvent>) => {
      arrived.push(data);
      if (data.type === "found") return;
      page.close();
      worker.close();
      resolve(arrived);
    };
    page.postMessage(command);
  });
}

it("tells each finding, and that it has finished", async () => {
  const arrived = await events({ type: "examine", backend: "wasm", size: "small", seed: 2 });
  expect(arrived.at(-1)).toEqual({ type: "finished" });
  const kernels = arrived.filter(
    (event) => event.type === "found" && event.finding.type === "kernel" && event.finding.passed,
  );
  expect(kernels).toHaveLength(kernelChecks.length);
});

it("says so where the examination itself breaks", async () => {
  const arrived = await events({ type: "examine", backend: "wasm", size: "small", seed: 0.5 });
  // A seed that is none is found by each check, and breaks none of the others.
  const found = arrived.flatMap((event) => (event.type === "found" ? [event.finding] : []));
  expect(found.filter(({ type }) => type === "kernel")).toHaveLength(kernelChecks.length);
  expect(found).toContainEqual(
    expect.objectContaining({ problem: "a seed is an integer, got 0.5" }),
  );
  expect(arrived.at(-1)).toEqual({ type: "finished" });
});
