/** @file The loop: an async generator that its consumer pauses by not asking for more. */

import * as tf from "@tensorflow/tfjs-core";
import type { TrainingPairs } from "../data/dataset";
import type { Encoder } from "../encoder/encoder";
import { padBatch } from "../encoder/tokenizer";
import { createRandom } from "../random";
import { batchSamplers } from "../sampling";
import type { Batch } from "../sampling/sampler";
import type { RunConfig } from "./config";
import { learningRateAt } from "./schedules";
import type { TrainingState } from "./state";
import { trainStep, type TrainingTokens } from "./step";

/** One step was taken. */
export interface TrainingEvent {
  step: number;
  learningRate: number;
  batch: Batch;
  /** Losses read since the last event that had some; those of the steps up to this one. */
  losses?: { firstStep: number; values: Float32Array<ArrayBuffer> };
}

/** A run in progress: the loop replaces `state`, its owner reads it between steps. */
export interface TrainingRun {
  encoder: Encoder;
  data: TrainingPairs;
  config: RunConfig;
  state: TrainingState;
}

export interface TrainOptions {
  /** α of the next batch. */
  alpha: () => number;
  /** Whether to wait for the loss of this step; each read waits for the GPU. */
  readsLoss: (step: number) => boolean;
}

/** The loss became infinite or not a number: the learning rate is too high, or the data broken. */
export class NonFiniteLossError extends Error {
  override readonly name = "NonFiniteLossError";

  constructor(
    readonly step: number,
    readonly learningRate: number,
    readonly loss: number,
  ) {
    super(
      `The loss of step ${step} is ${loss}, at a learning rate of ${learningRate.toPrecision(3)}. ` +
        "Lower the learning rate or raise the temperature.",
    );
  }
}

/** Trains from `run.state` to `config.steps`, one event a step. */
export async function* train(
  run: TrainingRun,
  { alpha, readsLoss }: TrainOptions,
): AsyncGenerator<TrainingEvent, void> {
  const { encoder, config } = run;
  const tokensOf = tokenizedBatches(run);
  const sampler = batchSamplers[config.sampler];
  const random = createRandom(config.seed);
  const batches = sampler(run.data, { batchSize: config.batchSize, alpha }, random);
  // Chance depends on the seed and on how many batches were drawn: those of a run that goes on
  // are drawn again, and no state of a generator has to be kept.
  for (let drawn = 0; drawn < run.state.step; drawn++) batches.next();
  let unread: tf.Scalar[] = [];
  try {
    while (run.state.step < config.steps) {
      const batch = batches.next().value;
      const learningRate = learningRateAt(run.state.step + 1, config);
      const { state, loss } = trainStep(encoder, run.state, tokensOf(batch), config, learningRate);
      run.state = state;
      unread.push(loss);
      const event: TrainingEvent = { step: state.step, learningRate, batch };
      if (readsLoss(state.step) || state.step === config.steps) {
        const values = await readLosses(unread);
        unread = [];
        event.losses = { firstStep: state.step - values.length + 1, values };
        checkLosses(event.losses, config);
      }
      yield event;
    }
  } finally {
    tf.dispose(unread);
  }
}

/** All losses in one transfer. */
async function readLosses(losses: tf.Scalar[]): Promise<Float32Array<ArrayBuffer>> {
  const together = tf.stack(losses);
  try {
    return new Float32Array(await together.data<"float32">());
  } finally {
    tf.dispose([together, ...losses]);
  }
}

function checkLosses(
  { firstStep, values }: NonNullable<TrainingEvent["losses"]>,
  config: RunConfig,
): void {
  const bad = values.findIndex((loss) => !Number.isFinite(loss));
  if (bad < 0) return;
  const step = firstStep + bad;
  throw new NonFiniteLossError(step, learningRateAt(step, config), values[bad]!);
}

/** Batches to token ids; each text is tokenized once. */
function tokenizedBatches({ encoder, data }: TrainingRun): (batch: Batch) => TrainingTokens {
  const { tokenizer } = encoder;
  const known = new Map<string, number[]>();
  const encode = (text: string): number[] => {
    const ids = known.get(text) ?? tokenizer.encode(text);
    known.set(text, ids);
    return ids;
  };
  return ({ rows }) => ({
    queries: padBatch(
      rows.map(({ pair, queryLanguage }) => encode(data.query(pair, queryLanguage))),
      tokenizer,
    ),
    passages: padBatch(
      rows.map(({ pair, passageLanguage }) => encode(data.passage(pair, passageLanguage))),
      tokenizer,
    ),
    items: rows.map(({ item }) => item),
  });
}
