import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Lab } from "../../../src/ui/state/lab.svelte";
import type { Command, WorkerEvent } from "../../../src/worker/messages";
import { scoresAt, summary } from "../preview/fakeWorker";

let sent: Command[];
let tell: (event: WorkerEvent) => void;
let lab: Lab;
let saved: [string, ArrayBuffer][];
const store = { list: async () => [], keep: async () => {}, drop: async () => {} };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("location", { hash: "#seed=5&sampler=hybrid", search: "?backend=wasm" });
  vi.stubGlobal("document", { baseURI: "https://example.org/lab/" });
  vi.stubGlobal("history", { replaceState: vi.fn() });
  sent = [];
  saved = [];
  lab = new Lab(
    (onEvent) => {
      tell = onEvent;
      return { send: (command) => sent.push(command) };
    },
    store,
    (name, bytes) => saved.push([name, bytes]),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const types = (): string[] => sent.map(({ type }) => type);

/** The lab with a run that is scored and has made `step` steps. */
function ready(step = 0): void {
  tell({ type: "opened", lab: summary });
  const runId = lab.run!.runId;
  const scores = scoresAt(0, lab.settings);
  tell({ type: "evaluated", runId, step: 0, scores, seconds: { encode: 0, evaluate: 0 } });
  tell({ type: "state", runId, state: step === 0 ? "ready" : "running", step });
  sent = [];
}

it("opens with files beside the page and configures at once", () => {
  expect(sent[0]).toEqual({
    type: "open",
    encoderUrl: "https://example.org/lab/encoder/",
    corpusUrl: "https://example.org/lab/corpus/",
    backend: "wasm",
  });
  tell({ type: "opened", lab: summary });
  expect(sent[1]).toMatchObject({ type: "configure", config: { seed: 5 } });
});

it("searches again whenever scores are new", () => {
  tell({ type: "opened", lab: summary });
  lab.search("vento");
  expect(types()).not.toContain("search");
  const [runId, scores] = [lab.run!.runId, scoresAt(0, lab.settings)];
  tell({ type: "evaluated", runId, step: 0, scores, seconds: { encode: 0, evaluate: 0 } });
  expect(sent.at(-1)).toMatchObject({ type: "search", text: "vento" });
});

it("starts anew once, when settings have come to rest before the first step", () => {
  ready();
  lab.draft.change({ learningRate: 1e-3 });
  lab.draft.change({ learningRate: 1e-2 });
  expect(sent).toEqual([]);
  vi.runAllTimers();
  expect(types()).toEqual(["configure"]);
  expect(lab.run?.config.learningRate).toBe(1e-2);
});

it("does not train with settings that are out of date", () => {
  ready();
  lab.draft.change({ seed: 8 });
  lab.play();
  expect(types()).toEqual(["configure", "play"]);
  vi.runAllTimers();
  expect(types()).toEqual(["configure", "play"]);
  expect(lab.playing).toBe(true);
});

it("keeps settings for the next Reset once there are steps, but moves α at once", () => {
  ready(3);
  lab.draft.change({ alpha: 0.8 });
  expect(sent).toEqual([{ type: "set-alpha", alpha: 0.8 }]);
  expect(lab.needsReset).toBe(false);
  lab.draft.change({ sampler: "x-y" });
  vi.runAllTimers();
  expect(types()).toEqual(["set-alpha"]);
  expect(lab.needsReset).toBe(true);
  lab.reset();
  expect(lab.needsReset).toBe(false);
  expect(lab.run?.config.sampler).toBe("x-y");
});

it("keeps a run with all it became, and shows it beside the next", () => {
  ready(3);
  lab.keep();
  expect(lab.isKept).toBe(true);
  expect(lab.comparedRun).toBeUndefined();
  tell({ type: "state", runId: lab.run!.runId, state: "stopped", step: 9 });
  lab.reset();
  expect(lab.comparedRun?.step).toBe(9);
  lab.kept.choose(undefined);
  expect(lab.comparedRun).toBeUndefined();
});

it("is not playing any more after a pause, an end or a failure", () => {
  ready();
  const runId = lab.run!.runId;
  lab.play();
  tell({ type: "state", runId, state: "scoring", step: 20 });
  expect(lab.playing).toBe(true);
  tell({ type: "state", runId, state: "completed", step: 100 });
  expect(lab.playing).toBe(false);
});

it("goes on playing when a run that was replaced fails", () => {
  ready(3);
  const replaced = lab.run!.runId;
  lab.reset();
  lab.play();
  const error = { name: "Error", message: "late" };
  tell({ type: "failed", scope: "run", runId: replaced, error });
  expect(lab.playing).toBe(true);
  expect(lab.state.failure).toBeUndefined();
});

it("trains the other run of a comparison", () => {
  ready(100);
  lab.applyPreset({
    name: "",
    first: { sampler: "x-x-mono", alpha: 0.5 },
    against: { sampler: "hybrid", alpha: 0.3 },
  });
  lab.reset();
  tell({ type: "state", runId: lab.run!.runId, state: "completed", step: 100 });
  sent = [];
  lab.trainNext();
  expect(types()).toEqual(["configure", "play"]);
  expect(lab.comparedRun?.config.sampler).toBe("x-x-mono");
  expect(lab.run?.config).toMatchObject({ sampler: "hybrid", alpha: 0.3 });
});

it("saves the files that it asked for, and nothing else of them", () => {
  ready(3);
  lab.export("adapters");
  expect(sent).toEqual([{ type: "export", part: "adapters" }]);
  const archive = new ArrayBuffer(4);
  const before = lab.state;
  tell({ type: "exported", part: "adapters", runId: lab.run!.runId, step: 3, archive });
  expect(saved).toEqual([["adapters-seed-5-step-3.zip", archive]]);
  expect(lab.state).toBe(before);
  tell({ type: "exported", part: "adapters", runId: lab.run!.runId - 1, step: 3, archive });
  expect(saved).toHaveLength(1);
});

it("offers a stored run, draws it until the first step, and goes on with it when it is there", () => {
  ready();
  const curve = { losses: [2], kinds: ["monolingual" as const], evaluations: [], alphaMarks: [] };
  const stored = {
    key: "k",
    config: { ...lab.settings, seed: 9 },
    step: 1,
    curve: { ...curve, alphaMarks: [{ step: 0, alpha: 0.3 }] },
    savedAt: 0,
    ended: undefined,
    openElsewhere: false,
    problem: "",
  };
  tell({ type: "stored-run", run: stored });
  expect(lab.comparedRun?.losses).toEqual([2]);
  lab.resume();
  const { runId } = lab.run!;
  expect(sent).toEqual([{ type: "resume", runId, key: "k" }]);
  expect(lab.run).toMatchObject({ step: 1, losses: [2] });
  expect(lab.settings).toMatchObject({ seed: 9, alpha: 0.3 });
  expect(lab.needsReset).toBe(false);
  expect(lab.comparedRun).toBeUndefined();
  expect(lab.offer.stored).toBeUndefined();
  tell({ type: "resumed", runId, step: 1, curve: stored.curve });
  tell({ type: "state", runId, state: "scoring", step: 1 });
  tell({ type: "state", runId, state: "running", step: 1 });
  expect(types()).toEqual(["resume"]);
  expect(lab.playing).toBe(true);
});

it("forgets a stored run when asked", () => {
  ready();
  lab.forget();
  expect(sent).toEqual([]);
  const config = lab.settings;
  const curve = { losses: [], kinds: [], evaluations: [], alphaMarks: [] };
  const rest = { savedAt: 0, ended: undefined, openElsewhere: false, problem: "" };
  tell({ type: "stored-run", run: { key: "k", config, step: 1, curve, ...rest } });
  lab.forget();
  expect(sent).toEqual([{ type: "forget", key: "k" }]);
  expect(lab.offer.stored).toBeUndefined();
});
