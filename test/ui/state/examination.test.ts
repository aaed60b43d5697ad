import { beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../../src/doctor/findings";
import { Examination } from "../../../src/ui/state/examination.svelte";
import type { DoctorCommand, DoctorEvent } from "../../../src/worker/doctorMessages";

const passed: Finding = { type: "verdict", name: "It adds", passed: true, detail: "", numbers: {} };
const failed: Finding = { ...passed, name: "It multiplies", passed: false };

let workers: { sent: DoctorCommand[]; closed: boolean; tell: (event: DoctorEvent) => void }[];
let examination: Examination;

beforeEach(() => {
  workers = [];
  examination = new Examination((tell) => {
    const worker = { sent: [] as DoctorCommand[], closed: false, tell };
    workers.push(worker);
    return {
      send: (command) => worker.sent.push(command),
      close: () => (worker.closed = true),
    };
  });
});

describe("an examination", () => {
  it("collects findings as they come, and closes its worker at the end", () => {
    examination.start("wasm");
    const [worker] = workers;
    expect(worker!.sent).toEqual([{ type: "examine", backend: "wasm", size: "encoder", seed: 1 }]);
    worker!.tell({ type: "found", finding: passed });
    expect(examination.findings).toEqual([passed]);
    expect(examination.outcome).toBe("Examining.");
    worker!.tell({ type: "found", finding: failed });
    expect(examination.outcome).toBe("Examining; 1 failed so far.");
    expect(worker!.closed).toBe(false);
    worker!.tell({ type: "finished" });
    expect(examination.outcome).toBe("1 of 2 checks FAILED: It multiplies.");
    expect(examination.text).toContain("FAILED It multiplies");
    expect(worker!.closed).toBe(true);
  });

  it("keeps what it found when it is stopped, and begins anew when started", () => {
    examination.start("auto");
    workers[0]!.tell({ type: "found", finding: passed });
    examination.stop();
    expect(workers[0]!.closed).toBe(true);
    expect(examination.outcome).toBe("Stopped. The only check passed.");
    examination.start("auto");
    expect(examination.findings).toEqual([]);
    expect(workers).toHaveLength(2);
    examination.start("auto");
    expect(workers[1]!.closed).toBe(true);
  });

  it("says why it broke off", () => {
    examination.start("cpu");
    workers[0]!.tell({ type: "failed", error: { name: "Error", message: "no script" } });
    expect(examination.state).toBe("failed");
    expect(examination.outcome).toBe("The examination broke off: no script");
    expect(workers[0]!.closed).toBe(true);
    examination.stop();
    expect(examination.state).toBe("failed");
  });
});
