/** @file One training run in the worker: steps, scores, the last good checkpoint, searches. */

import type { Passage } from "../data/dataset";
import { retrievalDataset, trainingPairs } from "../data/retrieval";
import { embedSequences, type Embeddings } from "../evaluation/embed";
import { evaluate, type Evaluation, type EvaluationSet, tokenizeDataset } from "../evaluation/evaluate";
import { rankPassages, type Ranking } from "../evaluation/search";
import type { Batch } from "../sampling/sampler";
import type { RunConfig } from "../training/config";
import { disposeState, initState, takeCheckpoint, type TrainingState } from "../training/state";
import { NonFiniteLossError, train, type TrainingEvent, type TrainingRun } from "../training/train";
import type { Lab } from "./lab";
import type { BatchPreview, Hit, RunState } from "./messages";
import { type Report, serializeError } from "./report";

/** Rows of a batch that the page shows. */
const previewRows = 6;

/** A person reads no more batches than this. */
const millisecondsBetweenBatches = 200;

/** Steps between two reads of the loss on WebGPU, where each read waits for the GPU. */
const stepsPerRead = 4;

/** What a score at step 0 depends on; runs with the same languages share it. */
export interface StartingPoint {
  set: EvaluationSet;
  evaluation: Evaluation;
}

/** A run, driven by the session one step at a time. */
export interface Run {
  readonly config: RunConfig;
  readonly state: RunState;
  /** Scores the encoder before training. */
  start(): Promise<void>;
  /** One update, and the scores that are due after it. */
  advance(single: boolean): Promise<void>;
  setState(state: RunState): void;
  moveAlpha(alpha: number): void;
  /** Scores the encoder as it is and ends the run. */
  stop(): Promise<void>;
  search(searchId: number, text: string, limit: number): Promise<void>;
  dispose(): Promise<void>;
}

export function createRun(
  lab: Lab,
  runId: number,
  config: RunConfig,
  startingPoints: Map<string, StartingPoint>,
  report: Report,
): Run {
  const { encoder, corpus } = lab;
  const training: TrainingRun = {
    encoder,
    data: trainingPairs(corpus, config.languages),
    config,
    state: initState(encoder, lab.initial, config),
  };
  let alpha = config.alpha;
  let state: RunState = "ready";
  let single = false;
  let secondsUnreported = 0;
  let kindsUnreported: Batch["kind"][] = [];
  let batchToldAt = -Infinity;
  let checkpoint: TrainingState = takeCheckpoint(encoder, training.state);
  let point: StartingPoint;
  /** Embeddings of the passages at the step they were made. */
  let passages: { step: number; embeddings: Embeddings };
  const batches = train(training, {
    alpha: () => alpha,
    readsLoss: (step) =>
      single ||
      lab.environment.backend !== "webgpu" ||
      step % stepsPerRead === 0 ||
      isScored(step, config),
  });

  const setState = (next: RunState): void => {
    state = next;
    report.post({ type: "state", runId, state, step: training.state.step });
  };

  const tellScores = ({ scores, seconds }: Evaluation): void => {
    const { step } = training.state;
    report.post({ type: "evaluated", runId, step, scores, seconds });
  };

  const score = async (): Promise<void> => {
    const before = state;
    setState("scoring");
    const { parameters } = training.state;
    const evaluation = await evaluate(encoder, parameters, point.set, {
      progress: report.progress,
      embedders: await lab.pool?.embedders(parameters),
    });
    passages = { step: training.state.step, embeddings: evaluation.passages };
    // Ranks refuse a NaN, so whatever was scored is good to go back to.
    disposeState(checkpoint);
    checkpoint = takeCheckpoint(encoder, training.state);
    tellScores(evaluation);
    setState(before);
  };

  const tellStep = (event: TrainingEvent): void => {
    kindsUnreported.push(event.batch.kind);
    if (performance.now() - batchToldAt > millisecondsBetweenBatches) {
      batchToldAt = performance.now();
      const batch = preview(event.batch, training);
      report.post({ type: "batch", runId, step: event.step, batch });
    }
    if (!event.losses) return;
    const { firstStep, values: losses } = event.losses;
    report.post({
      type: "steps",
      runId,
      firstStep,
      losses,
      learningRate: event.learningRate,
      kinds: kindsUnreported,
      seconds: secondsUnreported,
    });
    secondsUnreported = 0;
    kindsUnreported = [];
  };

  /** Goes back to the last scored parameters; a diverged encoder cannot be searched with. */
  const fail = (error: unknown): void => {
    disposeState(training.state);
    training.state = takeCheckpoint(encoder, checkpoint);
    setState("failed");
    if (error instanceof NonFiniteLossError) {
      error.message += ` The parameters of step ${checkpoint.step} are kept.`;
    }
    report.post({ type: "failed", scope: "run", runId, error: serializeError(error) });
  };

  return {
    config,
    get state() {
      return state;
    },
    setState,
    async start() {
      setState("scoring");
      try {
        const key = config.languages.join();
        point = startingPoints.get(key) ?? (await startingPoint(lab, config, report));
        startingPoints.set(key, point);
        passages = { step: 0, embeddings: point.evaluation.passages };
        tellScores(point.evaluation);
        setState("ready");
      } catch (error) {
        fail(error);
      }
    },
    async advance(isSingle) {
      single = isSingle;
      const started = performance.now();
      try {
        const { value: event, done } = await batches.next();
        if (done) return setState("completed");
        secondsUnreported += (performance.now() - started) / 1000;
        tellStep(event);
        if (isScored(event.step, config)) await score();
        if (event.step === config.steps) setState("completed");
      } catch (error) {
        fail(error);
      }
    },
    moveAlpha(next) {
      if (!(next >= 0 && next <= 1)) throw new RangeError(`α is between 0 and 1, got ${next}`);
      alpha = next;
      report.post({ type: "alpha-moved", runId, step: training.state.step, alpha });
    },
    async stop() {
      await batches.return();
      try {
        if (checkpoint.step !== training.state.step) await score();
        setState("stopped");
      } catch (error) {
        fail(error);
      }
    },
    async search(searchId, text, limit) {
      const { step, parameters } = training.state;
      if (passages.step !== step) {
        const tell = report.task("encode passages");
        const embeddings = await embedSequences(
          encoder,
          parameters,
          point.set.passages,
          tell,
          await lab.pool?.embedders(parameters),
        );
        passages = { step, embeddings };
      }
      const first = point.evaluation.passages;
      const before = await rankPassages(encoder, lab.initial, text, first);
      const now = await rankPassages(encoder, parameters, text, passages.embeddings);
      const list = (ranking: Ranking, other: Ranking) =>
        hits(point.set.dataset.passages, corpus, ranking, other, limit);
      report.post({
        type: "searched",
        searchId,
        step,
        before: list(before, now),
        now: list(now, before),
      });
    },
    async dispose() {
      await batches.return();
      disposeState(training.state);
      disposeState(checkpoint);
    },
  };
}

function isScored(step: number, { evaluateEvery, steps }: RunConfig): boolean {
  return step % evaluateEvery === 0 || step === steps;
}

async function startingPoint(lab: Lab, config: RunConfig, report: Report): Promise<StartingPoint> {
  report.progress("tokenize", 0, 1);
  const dataset = retrievalDataset(lab.corpus, "test", config.languages);
  const set = tokenizeDataset(lab.encoder, dataset);
  report.progress("tokenize", 1, 1);
  const embedders = await lab.pool?.embedders(lab.initial);
  const options = { progress: report.progress, embedders };
  return { set, evaluation: await evaluate(lab.encoder, lab.initial, set, options) };
}

function preview({ kind, rows }: Batch, { data }: TrainingRun): BatchPreview {
  return {
    kind,
    size: rows.length,
    rows: rows.slice(0, previewRows).map(({ pair, queryLanguage, passageLanguage }) => ({
      queryLanguage,
      passageLanguage,
      query: data.query(pair, queryLanguage),
      passage: data.passage(pair, passageLanguage),
    })),
  };
}

function hits(
  passages: readonly Passage[],
  corpus: Lab["corpus"],
  ranking: Ranking,
  other: Ranking,
  limit: number,
): Hit[] {
  return [...ranking.order.subarray(0, limit)].map((passage) => {
    const { item, language, text } = passages[passage]!;

    return {
      passage,
      itemId: corpus.items.get(language)![item]!.id,
      language,
      text,
      similarity: ranking.similarities[passage]!,
      rank: ranking.ranks[passage]!,
      otherRank: other.ranks[passage]!,
    };
  });
}
