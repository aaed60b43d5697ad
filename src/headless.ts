/** @file The engine without the page, for `npm run train`: one run from the first step to the last. */

import type { Scores } from "./metrics/scores";
import { download } from "./storage/downloads";
import {
  type BackendChoice,
  backends,
  defaultConfig,
  type RunConfig,
  type SamplerName,
  samplers,
  type TrainedPart,
} from "./training/config";
import { partOf } from "./ui/state/trainedParts";
import { WorkerClient } from "./worker/client";
import type { Environment, ExportedPart, LabSummary, WorkerEvent } from "./worker/messages";

/** Options of the command line, as text. */
export interface HeadlessRequest {
  steps?: string | undefined;
  sampler?: string | undefined;
  alpha?: string | undefined;
  seed?: string | undefined;
  batch?: string | undefined;
  chunk?: string | undefined;
  "eval-every"?: string | undefined;
  lr?: string | undefined;
  temperature?: string | undefined;
  "one-way"?: boolean | undefined;
  train?: string | undefined;
  languages?: string | undefined;
  backend?: string | undefined;
  /** Whether the encoder, and adapters where these train, are downloaded at the end. */
  save?: boolean | undefined;
}

export interface ScoredStep extends Scores {
  step: number;
}

/** What is written to a file. Apart from `seconds`, the same request gives the same result. */
export interface HeadlessResult {
  config: RunConfig;
  environment: Environment;
  losses: number[];
  evaluations: ScoredStep[];
  seconds: { load: number; encode: number; train: number; evaluate: number };
}

declare global {
  var runHeadless: (request: HeadlessRequest) => Promise<HeadlessResult>;
  var reportOpened: (environment: Environment, config: RunConfig) => void;
  var reportStep: (step: number, steps: number, loss: number, perSecond: number) => void;
  var reportEvaluation: (scored: ScoredStep) => void;
}

globalThis.runHeadless = runHeadless;

function runHeadless(request: HeadlessRequest): Promise<HeadlessResult> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const seconds = { load: 0, encode: 0, train: 0, evaluate: 0 };
    let result: HeadlessResult;
    let config: RunConfig;
    let toSave: ExportedPart[] = [];
    const onEvent = (event: WorkerEvent): void => {
      switch (event.type) {
        case "opened":
          config = readConfig(request, event.lab);
          if (request.save) {
            toSave = config.trained.part === "lora" ? ["model", "adapters"] : ["model"];
          }
          seconds.load = (performance.now() - started) / 1000;
          result = {
            config,
            environment: event.lab.environment,
            losses: [],
            evaluations: [],
            seconds,
          };
          globalThis.reportOpened(event.lab.environment, config);
          return client.send({ type: "configure", runId: 1, config });
        case "state":
          if (event.state === "ready") {
            if (config.steps > 0) return client.send({ type: "play" });
            return finish();
          }
          if (event.state === "completed") finish();
          return;
        case "steps": {
          result.losses.push(...event.losses);
          seconds.train += event.seconds;
          const step = event.firstStep + event.losses.length - 1;
          const perSecond = event.losses.length / event.seconds;
          return globalThis.reportStep(step, config.steps, event.losses.at(-1)!, perSecond);
        }
        case "evaluated": {
          const scored = { step: event.step, ...event.scores };
          result.evaluations.push(scored);
          seconds.encode += event.seconds.encode;
          seconds.evaluate += event.seconds.evaluate;
          return globalThis.reportEvaluation(scored);
        }
        case "exported":
          download(`${event.part}.zip`, event.archive);
          return finish();
        case "failed":
          client.close();
          return reject(new Error(event.error.message));
      }
    };
    const finish = (): void => {
      const part = toSave.shift();
      if (part) return client.send({ type: "export", part });
      client.close();
      resolve(result);
    };
    const client = new WorkerClient((event) => {
      try {
        onEvent(event);
      } catch (error) {
        client.close();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    client.send({
      type: "open",
      encoderUrl: new URL("encoder/", document.baseURI).href,
      corpusUrl: new URL("corpus/", document.baseURI).href,
      keepsCheckpoints: false,
      backend: readChoice<BackendChoice>("backend", request.backend ?? "auto", backends),
    });
  });
}

function readConfig(request: HeadlessRequest, { corpus }: LabSummary): RunConfig {
  const number = (name: keyof HeadlessRequest, fallback: number): number => {
    const text = request[name];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (text === "" || !Number.isFinite(value))
      throw new RangeError(`--${name} ${text}: not a number`);
    return value;
  };
  const whole = (name: keyof HeadlessRequest, fallback: number, least: number): number => {
    const value = number(name, fallback);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new RangeError(`--${name} ${value}: not a whole number from ${least}`);
  };
  return {
    ...defaultConfig,
    languages: request.languages?.split(",") ?? [...corpus.languages],
    sampler: readChoice<SamplerName>("sampler", request.sampler ?? defaultConfig.sampler, samplers),
    alpha: number("alpha", defaultConfig.alpha),
    batchSize: whole("batch", defaultConfig.batchSize, 2),
    chunkSize: whole("chunk", 0, 0),
    seed: whole("seed", defaultConfig.seed, 0),
    steps: whole("steps", 40, 0),
    evaluateEvery: whole("eval-every", defaultConfig.evaluateEvery, 1),
    learningRate: number("lr", defaultConfig.learningRate),
    temperature: number("temperature", defaultConfig.temperature),
    symmetric: !request["one-way"],
    trained: readTrained(request.train ?? "all"),
  };
}

function readTrained(text: string): TrainedPart {
  const part = partOf(text.replace(/^last-/, "last"));
  if (part) return part;
  throw new RangeError(
    `--train ${text}: not all, without-words, last-K, layer-norms, words, projection or ` +
      "lora-RANK-ALPHA-TARGETS, as lora-8-16-query,value",
  );
}

function readChoice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new RangeError(`--${name} ${text}: not one of ${choices.join(", ")}`);
}
