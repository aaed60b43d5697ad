import * as tf from "@tensorflow/tfjs-core";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LoraPart, RunConfig } from "../../src/training/config";
import type { Command, WorkerEvent } from "../../src/worker/messages";
import { readLora } from "../../src/encoder/weights/loraFiles";
import { readEncoder } from "../../src/encoder/load";
import { tinyArchitecture, tinyWeights } from "../encoder/tinyEncoder";
import { valuesOf } from "../training/tinyTraining";
import { config, configure, eventsOf, lossesOf, open, ready, search } from "./commands";
import { openSession, type Session } from "./openSession";
import { serveFiles } from "./tinyLab";

describe.each(["cpu", "wasm"] as const)("a session on %s", (backend) => {
  let session: Session;

  beforeEach(() => {
    serveFiles();
    session = openSession();
  });
  afterEach(() => {
    session.close();
    vi.unstubAllGlobals();
  });

  /** Losses of a run that is configured now and played to its end. */
  async function played(runId: number, changes: Partial<RunConfig> = {}): Promise<number[]> {
    session.send(configure(runId, changes), { type: "play" });
    await completed(runId);
    return lossesOf(session, runId);
  }

  function completed(runId: number): Promise<WorkerEvent> {
    return session.next("state", (event) => event.runId === runId && event.state === "completed");
  }

  it("opens the lab and says what is in it", async () => {
    session.send(open(backend));
    const { lab } = await session.next("opened");
    const parameters = (50 + 32 + 1) * 8 + 16 + 2 * (4 * 72 + 144 + 136 + 32);
    expect(lab.encoder).toEqual({ parameters, layers: 2, hiddenSize: 8, vocabularySize: 50 });
    expect(lab.corpus).toEqual({
      languages: ["en", "de", "zh"],
      trainItems: 3,
      devItems: 1,
      testItems: 2,
    });
    expect(lab.environment.backend).toBe(backend);
    expect(lab.environment.reason).toContain(backend);
    const ended = eventsOf(session, "progress").filter(({ done, total }) => done === total);
    const tasks = new Set(ended.map(({ task }) => task));
    expect(tasks).toEqual(new Set(["download encoder", "start backend"]));
  });

  it("fetches a language when a run first needs it, and once", async () => {
    const files = serveFiles();
    const fetched = () => files.filter((file) => file.endsWith(".jsonl"));
    session.send(open(backend), configure(1, { languages: ["en", "zh"] }));
    await session.next("evaluated");
    expect(fetched()).toEqual(["en.jsonl", "zh.jsonl"]);
    session.send(configure(2, { languages: ["zh", "de"] }));
    const { scores } = await session.next("evaluated");
    expect(scores.languages).toEqual(["zh", "de"]);
    expect(fetched()).toEqual(["en.jsonl", "zh.jsonl", "de.jsonl"]);
  });

  it("scores the encoder at step 0 when it is configured", async () => {
    session.send(open(backend), configure(9));
    const { runId, step, scores, seconds } = await session.next("evaluated");
    expect([runId, step]).toEqual([9, 0]);
    expect(scores.languages).toEqual(["en", "de", "zh"]);
    for (const { map } of [scores.mono, scores.cross, scores.multi]) {
      expect(map > 0 && map <= 1).toBe(true);
    }
    expect(seconds.encode).toBeGreaterThan(0);
    await session.next("state", ({ state }) => state === "ready");
    expect(eventsOf(session, "state").map(({ state }) => state)).toEqual(["scoring", "ready"]);
    const tasks = new Set(eventsOf(session, "progress").map(({ task }) => task));
    for (const task of ["tokenize", "encode passages", "encode queries", "rank"] as const) {
      expect(tasks).toContain(task);
    }
  });

  it("takes one step and pauses", async () => {
    await ready(session, backend);
    session.send({ type: "step" });
    const { batch, step: batchStep } = await session.next("batch");
    const { firstStep, losses, learningRate, seconds } = await session.next("steps");
    const { state, step } = await session.next("state");
    expect([batchStep, firstStep, losses.length, state, step]).toEqual([1, 1, 1, "paused", 1]);
    expect(Number.isFinite(losses[0]) && losses[0]! > 0).toBe(true);
    expect(learningRate).toBeCloseTo(0.01 / config.warmupSteps, 12);
    expect(seconds).toBeGreaterThan(0);
    expect(batch.size).toBe(3);
    expect(batch.rows).toHaveLength(3);
    for (const { queryLanguage, passageLanguage, query, passage } of batch.rows) {
      expect(query).toMatch(new RegExp(`^q[12] of (cats-01|cats-02|dogs-01) in ${queryLanguage}`));
      expect(passage).toContain(`in ${passageLanguage}.`);
    }
  });

  it("plays to the end, scores when due, and moves the losses' buffers", async () => {
    await ready(session, backend);
    session.send({ type: "play" });
    await completed(1);
    expect(eventsOf(session, "evaluated").map(({ step }) => step)).toEqual([0, 3, 6, 7]);
    expect(eventsOf(session, "batch").length).toBeGreaterThan(0);
    expect(lossesOf(session, 1)).toHaveLength(7);
    expect(eventsOf(session, "steps").flatMap(({ kinds }) => kinds)).toHaveLength(7);
    expect(session.lengthsLeft).toHaveLength(eventsOf(session, "steps").length);
    expect(session.lengthsLeft.every((length) => length === 0)).toBe(true);
    expect(eventsOf(session, "failed")).toEqual([]);
  });

  it("gives the same losses and scores with pauses, steps and searches between", async () => {
    session.send(open(backend));
    const expected = await played(1);
    const expectedScores = eventsOf(session, "evaluated").map(({ scores }) => scores);

    session.send(configure(2), { type: "step" }, { type: "step" }, { type: "play" });
    await session.next("steps", ({ runId, firstStep }) => runId === 2 && firstStep === 3);
    session.send({ type: "pause" }, search(1));
    await session.next("searched");
    expect(eventsOf(session, "state").at(-1)!.state).toBe("paused");
    session.send({ type: "play" });
    await completed(2);
    expect(lossesOf(session, 2)).toEqual(expected);
    expect(
      eventsOf(session, "evaluated").flatMap((event) => (event.runId === 2 ? [event.scores] : [])),
    ).toEqual(expectedScores);
  });

  it("starts anew at each configure, and another seed gives another run", async () => {
    session.send(open(backend));
    const first = await played(1);
    expect(await played(2)).toEqual(first);
    expect(await played(3, { seed: 2 })).not.toEqual(first);
  });

  it("keeps no tensor of a run once the next is configured", async () => {
    await ready(session, backend);
    const withOneRun = tf.memory().numTensors;
    session.send({ type: "step" }, configure(2));
    await session.next("state", ({ runId, state }) => runId === 2 && state === "ready");
    expect(tf.memory().numTensors).toBe(withOneRun);
    await played(3);
    session.send(configure(4));
    await session.next("state", ({ runId, state }) => runId === 4 && state === "ready");
    expect(tf.memory().numTensors).toBe(withOneRun);
  });

  it("stops early with a score, and cannot go on", async () => {
    await ready(session, backend);
    session.send({ type: "step" }, { type: "stop" });
    await session.next("state", ({ state }) => state === "stopped");
    expect(eventsOf(session, "evaluated").map(({ step }) => step)).toEqual([0, 1]);
    session.send({ type: "play" });
    const { scope, error } = await session.next("failed");
    expect([scope, error.message]).toEqual([
      "command",
      "This run is stopped. Reset to train again.",
    ]);
    expect(eventsOf(session, "steps")).toHaveLength(1);
  });

  it("scores when stopped, also where a search has embedded the passages already", async () => {
    await ready(session, backend);
    session.send({ type: "step" }, search(1), { type: "stop" });
    await session.next("state", ({ state }) => state === "stopped");
    expect(eventsOf(session, "searched").map(({ step }) => step)).toEqual([1]);
    expect(eventsOf(session, "evaluated").map(({ step }) => step)).toEqual([0, 1]);
  });

  it("moves α from the next batch on", async () => {
    await ready(session, backend, { alpha: 1 });
    session.send({ type: "step" }, { type: "set-alpha", alpha: 0 }, { type: "step" });
    expect(await session.next("alpha-moved")).toEqual({
      type: "alpha-moved",
      runId: 1,
      step: 1,
      alpha: 0,
    });
    await session.next("state", ({ state, step }) => state === "paused" && step === 2);
    expect(eventsOf(session, "steps").map(({ kinds }) => kinds)).toEqual([
      ["monolingual"],
      ["cross-lingual"],
    ]);
    session.send({ type: "set-alpha", alpha: 1.5 });
    const { scope, error } = await session.next("failed");
    expect([scope, error.message]).toEqual(["command", "α is between 0 and 1, got 1.5"]);
  });

  it("finds the same passages before training as now, where there was none", async () => {
    await ready(session, backend);
    session.send(search(5));
    const { searchId, step, before, now } = await session.next("searched");
    expect([searchId, step]).toEqual([5, 0]);
    expect(now).toEqual(before);
    expect(before).toHaveLength(4);
  });

  it("ranks passages before training and now, each rank the other list's other rank", async () => {
    await ready(session, backend, { learningRate: 0.1, warmupSteps: 0 });
    session.send({ type: "play" });
    await completed(1);
    session.send({ ...search(6), limit: 100 } as Command);
    const { step, before, now } = await session.next("searched");
    expect(step).toBe(7);
    for (const hits of [before, now]) {
      expect(hits.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]); // 2 items, 3 languages
      const similarities = hits.map(({ similarity }) => similarity);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    }
    expect(before.map(({ similarity }) => similarity)).not.toEqual(
      now.map(({ similarity }) => similarity),
    );
    for (const { passage, rank, otherRank, itemId, language, text } of now) {
      const other = before.find((hit) => hit.passage === passage)!;
      expect([other.rank, other.otherRank]).toEqual([otherRank, rank]);
      expect([other.itemId, other.language, other.text]).toEqual([itemId, language, text]);
      expect(["cats-03", "dogs-03"]).toContain(itemId);
      expect(text).toContain(`s0 of ${itemId} in ${language}.`);
    }
  });

  it("exports the adapters of a LoRA run as a folder for PEFT, as they are now", async () => {
    const trained: LoraPart = { part: "lora", rank: 2, alpha: 4, targets: ["query", "output"] };
    await ready(session, backend, { trained, learningRate: 0.01, warmupSteps: 0 });
    const adapters = { type: "export", part: "adapters" } as const;
    session.send(adapters, { type: "step" }, adapters);
    const exported = async () => {
      const { runId, step, archive } = await session.next("exported");
      expect(runId).toBe(1);
      const folder = unzipSync(new Uint8Array(archive));
      expect(Object.keys(folder)).toEqual(["adapter_config.json", "adapter_model.safetensors"]);
      const [config, weights] = Object.values(folder) as [Uint8Array, Uint8Array<ArrayBuffer>];
      const files = { config: new TextDecoder().decode(config), weights: weights.slice().buffer };
      const adapters = readLora(tinyArchitecture(), files);
      const values = await valuesOf(adapters);
      tf.dispose([...adapters.values()]);
      return { step, values };
    };
    const [before, after] = [await exported(), await exported()];
    expect([before.step, after.step]).toEqual([0, 1]);
    expect([...after.values.keys()]).toHaveLength(1 + 2 * 2 * 2);
    for (const [name, values] of after.values) {
      if (!name.endsWith(".lora_B.weight")) continue;
      expect(before.values.get(name)!.every((value) => value === 0)).toBe(true);
      expect(values.some((value) => value !== 0)).toBe(true);
    }
    expect(eventsOf(session, "failed")).toEqual([]);
  });

  it("exports the encoder, adapters merged, as a folder that it can be opened from", async () => {
    const trained: LoraPart = { part: "lora", rank: 2, alpha: 4, targets: ["query", "output"] };
    await ready(session, backend, { trained, learningRate: 0.01, warmupSteps: 0 });
    session.send({ type: "step" }, { type: "export", part: "model" });
    const { step, part, archive } = await session.next("exported");
    expect([step, part]).toEqual([1, "model"]);
    const folder = unzipSync(new Uint8Array(archive));
    expect(Object.keys(folder)).toEqual(["config.json", "tokenizer.json", "model.safetensors"]);
    const [config, tokenizer] = ["config.json", "tokenizer.json"].map((name) =>
      new TextDecoder().decode(folder[name]),
    );
    const weights = folder["model.safetensors"]!.slice().buffer as ArrayBuffer;
    const { parameters } = readEncoder({ config: config!, tokenizer: tokenizer!, weights });
    const values = await valuesOf(parameters);
    tf.dispose([...parameters.values()]);
    const changed = [...tinyWeights(61)].filter(([name, { values: initial }]) =>
      initial.some((value, index) => value !== values.get(name)![index]),
    );
    expect(changed.map(([name]) => name)).toEqual(
      [0, 1].flatMap((layer) =>
        ["attention.self.query", "output.dense"].map(
          (map) => `encoder.layer.${layer}.${map}.weight`,
        ),
      ),
    );
    expect(eventsOf(session, "failed")).toEqual([]);
  });

  it("exports no encoder with a projection on top, which its files cannot hold", async () => {
    await ready(session, backend, { trained: { part: "projection" } });
    session.send({ type: "export", part: "model" });
    const { scope, error } = await session.next("failed");
    expect([scope, error.message]).toEqual([
      "command",
      "A projection has no place in an encoder's files. Train something else.",
    ]);
  });

  it("exports nothing of a run without adapters, and says what to do", async () => {
    await ready(session, backend);
    session.send({ type: "export", part: "adapters" });
    const { scope, error } = await session.next("failed");
    expect([scope, error.message]).toEqual([
      "command",
      "This run trains no adapters. Choose LoRA for what trains, and reset.",
    ]);
  });

  it("answers the newest of the searches that wait", async () => {
    await ready(session, backend);
    session.send(search(1), search(2), search(3));
    await session.next("searched", ({ searchId }) => searchId === 3);
    expect(eventsOf(session, "searched").map(({ searchId }) => searchId)).not.toContain(2);
  });
});
