/** @file Plays the worker's part with invented numbers, so that the page can be looked at without it. */

import type { Scores, SettingScores } from "../../../src/metrics/scores";
import { createRandom } from "../../../src/random";
import { builtInLanguages, type RunConfig } from "../../../src/training/config";
import type {
  BatchPreview,
  Command,
  ExportedPart,
  Hit,
  LabSummary,
  RunState,
  Task,
  WorkerEvent,
} from "../../../src/worker/messages";
import { texts } from "./texts";

export const summary: LabSummary = {
  encoder: { parameters: 11_588_096, layers: 2, hiddenSize: 256, vocabularySize: 40_000 },
  corpus: { languages: builtInLanguages, trainItems: 240, devItems: 60, testItems: 60 },
  environment: {
    backend: "wasm",
    adapter: "SIMD, 2 threads",
    reason:
      "WebGPU finds no adapter (in Chrome on Linux, see chrome://flags/#enable-unsafe-webgpu); the page is not cross-origin isolated, so that WASM runs in one thread",
    userAgent: "preview",
  },
};

/** Scores that rise with the step, differently by language and sampler. */
export function scoresAt(step: number, { languages, sampler, seed }: RunConfig): Scores {
  const gain = 1 - Math.exp(-step / 60);
  const crossGain = sampler === "x-x-mono" ? 0.06 : 0.21;
  const random = createRandom(seed, 7);
  const pairs = languages.map((query) =>
    languages.map((passage) =>
      query === passage
        ? 0.76 + 0.14 * random() + 0.01 * gain
        : 0.3 + 0.3 * random() + gain * (crossGain - 0.24 * Math.max(0, random() - 0.8)),
    ),
  );
  const at = (map: number): SettingScores => ({
    map,
    recall1: map * 0.8,
    recall5: map * 1.05,
    recall10: Math.min(1, map * 1.12),
    mrr: map * 1.01,
    ndcg10: map * 1.04,
  });
  return {
    mono: at(0.836 + 0.012 * gain),
    cross: at(0.43 + gain * crossGain),
    multi: at(0.38 + gain * crossGain * 0.9),
    bias: {
      rankDistance: 236 - 140 * gain,
      normalised: 0.42 - 0.24 * gain,
      median: 190 - 130 * gain,
    },
    languages,
    pairs,
  };
}

/** Where the losses of each kind of batch begin and where they fall to. */
const lossLevels: Record<BatchPreview["kind"], [from: number, to: number]> = {
  monolingual: [0.9, 0.5],
  "cross-lingual": [2.75, 1.1],
  "same-language rows": [0.6, 0.3],
};

function batchAt(
  step: number,
  { alpha, sampler, seed, batchSize, languages }: RunConfig,
): BatchPreview {
  const random = createRandom(seed, 11, step);
  const monolingual = sampler === "x-x-mono" || (sampler === "hybrid" && random() < alpha);
  const kind =
    sampler === "x-x" ? "same-language rows" : monolingual ? "monolingual" : "cross-lingual";
  const one = languages[Math.floor(random() * languages.length)]!;
  const rows = Array.from({ length: 6 }, (_, index) => {
    const queryLanguage = monolingual ? one : languages[(step * 5 + index * 3) % languages.length]!;
    const passageLanguage = monolingual
      ? one
      : languages[(step * 5 + index * 3 + 1) % languages.length]!;
    const item = texts[(step + index) % texts.length]!;
    return {
      queryLanguage,
      passageLanguage,
      query: item[queryLanguage]![0],
      passage: item[passageLanguage]![1],
    };
  });
  return { kind, size: batchSize, rows };
}

function hits(
  step: number,
  limit: number,
  languages: readonly string[],
): { before: Hit[]; now: Hit[] } {
  const all = texts.flatMap((item, index) =>
    languages.map((language, place) => ({
      passage: index * 100 + place,
      itemId: `item-${index}`,
      language,
      text: item[language]![1],
    })),
  );
  const random = createRandom(3);
  const early = all.map((hit) => ({ ...hit, similarity: 0.4 + 0.3 * random() }));
  const late = all.map((hit) => ({
    ...hit,
    similarity: (hit.itemId === "item-0" ? 0.6 : 0.35) + 0.25 * random(),
  }));
  const ranked = (list: typeof early) => [...list].sort((a, b) => b.similarity - a.similarity);
  const [before, now] = [ranked(early), ranked(step === 0 ? early : late)];
  const finish = (list: typeof early, other: typeof early): Hit[] =>
    list.slice(0, limit).map((hit, index) => ({
      ...hit,
      rank: index + 1,
      otherRank: other.findIndex(({ passage }) => passage === hit.passage) + 1,
    }));
  return { before: finish(before, now), now: finish(now, before) };
}

/** Answers commands as the worker would; `pace` stretches its waits, 0 answers at once. */
export class FakeWorker {
  #onEvent: (event: WorkerEvent) => void;
  #pace: number;
  #config: RunConfig | undefined;
  #runId = 0;
  #step = 0;
  #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(onEvent: (event: WorkerEvent) => void, pace = 1) {
    this.#onEvent = onEvent;
    this.#pace = pace;
  }

  send(command: Command): void {
    switch (command.type) {
      case "open":
        return this.#open();
      case "configure":
        this.#clear();
        this.#config = command.config;
        this.#runId = command.runId;
        this.#step = 0;
        return this.#score("ready");
      case "play":
        this.#state("running");
        return this.#after(150, () => this.#update(true));
      case "step":
        this.#state("running");
        return this.#after(150, () => this.#update(false));
      case "pause":
        this.#clear();
        return this.#state("paused");
      case "stop":
        this.#clear();
        return this.#score("stopped");
      case "set-alpha":
        return this.#onEvent({
          type: "alpha-moved",
          runId: this.#runId,
          step: this.#step,
          alpha: command.alpha,
        });
      case "search":
        return this.#onEvent({
          type: "searched",
          searchId: command.searchId,
          step: this.#step,
          ...hits(this.#step, command.limit, this.#config?.languages ?? []),
        });
      case "export":
        return this.#export(command.part);
    }
  }

  #export(part: ExportedPart): void {
    const archive = new TextEncoder().encode("invented").buffer;
    this.#onEvent({ type: "exported", runId: this.#runId, step: this.#step, part, archive });
  }

  #open(): void {
    this.#progress("download encoder", 20_000_000, 900, () =>
      this.#progress("start backend", 1, 300, () =>
        this.#onEvent({ type: "opened", lab: summary }),
      ),
    );
  }

  #score(then: RunState): void {
    this.#state("scoring");
    this.#progress("encode passages", 720, this.#step === 0 ? 1600 : 300, () => {
      const scores = scoresAt(this.#step, this.#config!);
      const seconds = { encode: 1.6, evaluate: 0.1 };
      this.#onEvent({ type: "evaluated", runId: this.#runId, step: this.#step, scores, seconds });
      this.#state(then);
      if (then === "running") this.#after(100, () => this.#update(true));
    });
  }

  #update(goOn: boolean): void {
    const config = this.#config!;
    const batch = batchAt(this.#step, config);
    this.#step += 1;
    this.#onEvent({ type: "batch", runId: this.#runId, step: this.#step, batch });
    const noise = createRandom(config.seed, this.#step)();
    const [from, to] = lossLevels[batch.kind];
    const loss = (from - to) * Math.exp(-this.#step / 40) + to + 0.25 * noise;
    this.#onEvent({
      type: "steps",
      runId: this.#runId,
      firstStep: this.#step,
      losses: new Float32Array([loss]),
      learningRate: config.learningRate,
      kinds: [batch.kind],
      seconds: 0.32,
    });
    if (this.#step >= config.steps) return this.#score("completed");
    if (this.#step % config.evaluateEvery === 0) return this.#score(goOn ? "running" : "paused");
    if (goOn) this.#after(60, () => this.#update(true));
    else this.#state("paused");
  }

  #state(state: RunState): void {
    this.#onEvent({ type: "state", runId: this.#runId, state, step: this.#step });
  }

  #progress(task: Task, total: number, milliseconds: number, then: () => void): void {
    const parts = 8;
    const go = (part: number): void => {
      this.#onEvent({ type: "progress", task, done: (total * part) / parts, total });
      if (part === parts) then();
      else this.#after(milliseconds / parts, () => go(part + 1));
    };
    go(0);
  }

  #after(milliseconds: number, then: () => void): void {
    if (this.#pace === 0) return then();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, milliseconds * this.#pace);
    this.#timers.add(timer);
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
