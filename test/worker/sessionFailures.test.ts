import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunConfig } from "../../src/training/config";
import type { Command } from "../../src/worker/messages";
import { rawSafetensors } from "../encoder/writeSafetensors";
import { configure, eventsOf, open, ready, search } from "./commands";
import { openSession, type Session } from "./openSession";
import { encoderUrl, serveFiles } from "./tinyLab";

it("does without embedding workers that do not start, and says why", async () => {
  serveFiles();
  vi.stubGlobal("navigator", { hardwareConcurrency: 2 });
  const terminate = vi.fn();
  const startEmbeddingWorker = () => {
    const worker = { onerror: null, postMessage: () => undefined, terminate } as unknown as Worker;
    setTimeout(() => worker.onerror?.({ message: "no memory" } as ErrorEvent));
    return worker;
  };
  const session = openSession({ startEmbeddingWorker });
  session.send(open("wasm"), configure(1));
  const { lab } = await session.next("opened");
  expect(lab.environment.adapter).toMatch(/1 thread$/);
  expect(lab.environment.reason).toContain("embedding worker stopped: no memory");
  expect(terminate).toHaveBeenCalledTimes(2);
  await session.next("evaluated");
  session.close();
  vi.unstubAllGlobals();
});

describe.each(["cpu", "wasm"] as const)("what goes wrong in a session on %s", (backend) => {
  let session: Session;

  beforeEach(() => {
    serveFiles();
    session = openSession();
  });
  afterEach(() => {
    session.close();
    vi.unstubAllGlobals();
  });

  it("refuses commands out of order and lives on", async () => {
    const early: Command[] = [
      configure(1),
      { type: "play" },
      { type: "pause" },
      { type: "step" },
      { type: "stop" },
      { type: "set-alpha", alpha: 1 },
      search(1),
    ];
    for (const command of early) {
      session.send(command);
      const { scope, error } = await session.next("failed");
      expect([command.type, scope]).toEqual([command.type, "command"]);
      expect(error.message).toMatch(/send `(open|configure)` first/);
    }
    await ready(session, backend);
    session.send(open(backend));
    const second = await session.next("failed");
    expect([second.scope, second.error.message]).toEqual(["command", "The lab is open already."]);
    session.send({ type: "rewind" } as unknown as Command);
    expect((await session.next("failed")).error.message).toContain("rewind");
    session.send({ type: "step" });
    expect((await session.next("steps")).firstStep).toBe(1);
  });

  it("refuses a configuration that cannot be, and keeps the run before it", async () => {
    await ready(session, backend);
    const cases: [Partial<RunConfig>, RegExp][] = [
      [{ languages: ["en", "xx"] }, /unknown language xx/],
      [{ languages: [] }, /at least 1 language/],
      [{ trained: { part: "last-layers", layers: 3 } }, /the encoder has 2/],
    ];
    for (const [changes, message] of cases) {
      session.send(configure(2, changes));
      const { scope, error } = await session.next("failed");
      expect(scope).toBe("command");
      expect(error.message).toMatch(message);
    }
    session.send({ type: "step" });
    expect((await session.next("steps")).runId).toBe(1);
  });

  it.each([
    ["weights that are broken", { "model.safetensors": rawSafetensors("{") }, /model.safetensors/],
    ["a config that is broken", { "config.json": "{" }, /config.json is not JSON/],
    ["a tokenizer that is broken", { "tokenizer.json": "[]" }, /tokenizer.json is not a tokenizer/],
  ])("reports %s as the lab's failure, with a stack", async (_, files, message) => {
    const named = Object.entries(files).map(([name, body]) => [`${encoderUrl}${name}`, body]);
    serveFiles(Object.fromEntries(named) as Record<string, BodyInit>);
    session.send(open(backend));
    const { scope, error } = await session.next("failed");
    expect(scope).toBe("lab");
    expect(error.message).toMatch(message);
    expect(error.stack).toContain(error.message);
    expect(error.stack).toMatch(/\n\s+at .*readEncoder/);
    // What was mended can be opened after all.
    serveFiles();
    session.send(open(backend));
    expect((await session.next("opened")).lab.encoder.layers).toBe(2);
  });

  it("reports a file that is not there by its address", async () => {
    serveFiles();
    session.send({ ...open(backend), corpusUrl: "https://lab.test/nowhere/" });
    const { scope, error } = await session.next("failed");
    expect(scope).toBe("lab");
    expect(error.message).toBe(
      "https://lab.test/nowhere/splits.json could not be fetched: 404 Not Found",
    );
  });

  /** Diverges at the first step, which the loss shows at the second. */
  const diverging = { learningRate: 1e30, warmupSteps: 0, steps: 50, evaluateEvery: 50 };

  it("ends a diverging run alone: search and configure work on", async () => {
    await ready(session, backend, diverging);
    session.send({ type: "play" });
    const failed = await session.next("failed");
    expect(failed).toMatchObject({ scope: "run", runId: 1 });
    expect(failed.error.name).toBe("NonFiniteLossError");
    expect(failed.error.message).toContain("The parameters of step 0 are kept.");
    expect(failed.error.stack).toBeDefined();
    expect(eventsOf(session, "state").at(-1)).toMatchObject({ state: "failed", step: 0 });

    session.send(search(1));
    const { before, now } = await session.next("searched");
    expect(now).toEqual(before);
    session.send({ type: "play" });
    expect((await session.next("failed")).error.message).toContain("This run is failed.");

    session.send(configure(2), { type: "step" });
    const { runId, losses } = await session.next("steps");
    expect(runId).toBe(2);
    expect(Number.isFinite(losses[0])).toBe(true);
  });

  it("fails a run that has diverged when it is stopped before its loss shows it", async () => {
    await ready(session, backend, diverging);
    session.send({ type: "step" }, search(1));
    const refused = await session.next("failed");
    expect(refused.scope).toBe("command");
    expect(refused.error.message).toMatch(/is NaN; the encoder has diverged/);

    session.send({ type: "stop" });
    expect(await session.next("failed")).toMatchObject({ scope: "run", runId: 1 });
    expect(eventsOf(session, "state").at(-1)).toMatchObject({ state: "failed", step: 0 });
    session.send(search(2));
    const { before, now } = await session.next("searched");
    expect(now).toEqual(before);
  });

  it("fails a run that cannot be scored, and does not train it", async () => {
    session.send(open(backend), configure(1, { languages: ["en"], sampler: "x-x-mono" }));
    const failed = await session.next("failed");
    expect(failed).toMatchObject({ scope: "run", runId: 1 });
    expect(failed.error.message).toContain("need at least 2 languages, got 1");
    session.send({ type: "play" });
    expect((await session.next("failed")).error.message).toContain("This run is failed.");
    expect(eventsOf(session, "steps")).toEqual([]);
  });
});
