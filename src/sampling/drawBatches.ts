import type { TrainingPairs } from "../data/dataset";
import { createRandom, integerBelow, type Random } from "../random";
import { epochOrder } from "./epochOrder";
import type { Batch } from "./sampler";

/** The pairs of a batch and the chance to choose its languages by. */
export interface Draw {
  pairs: readonly number[];
  /** Uniform in [0, 1): decides the kind of a hybrid batch. */
  kind: number;
  /** Draws the languages. */
  random: Random;
}

/**
 * Draws pairs epoch after epoch, each exactly once an epoch, and lets `compose`
 * give them languages. The incomplete batch at the end of an epoch is dropped.
 *
 * Order, kinds and languages each have a stream of their own, and every batch
 * its own stream of languages. So two runs with one seed see the same pairs in
 * the same order whatever their sampler or α, and where the n-th batch is of
 * the same kind it is the same batch.
 */
export function drawBatches(
  data: TrainingPairs,
  batchSize: number,
  random: Random,
  compose: (draw: Draw) => Batch,
): Generator<Batch, never, void> {
  const { pairs } = data;
  if (!Number.isInteger(batchSize) || batchSize < 2 || batchSize > pairs.length) {
    throw new RangeError(
      `batch size ${batchSize}: give an integer from 2 to the number of training pairs, ${pairs.length}`,
    );
  }
  const [orderSeed, kindSeed, languageSeed] = [seed(random), seed(random), seed(random)];

  function* batches(): Generator<Batch, never, void> {
    const kinds = createRandom(kindSeed);
    let drawn = 0;
    for (let epoch = 0; ; epoch++) {
      const order = epochOrder(pairs, createRandom(orderSeed, epoch));
      for (let start = 0; start + batchSize <= order.length; start += batchSize) {
        yield compose({
          pairs: order.slice(start, start + batchSize),
          kind: kinds(),
          random: createRandom(languageSeed, drawn++),
        });
      }
    }
  }
  return batches();
}

/** Refuses a data set with too few languages for a sampler. */
export function requireLanguages(data: TrainingPairs, least: number, sampler: string): void {
  if (data.languages.length >= least) return;
  throw new RangeError(
    `${sampler} batches need at least ${least} language${least > 1 ? "s" : ""}, got ${data.languages.length}`,
  );
}

function seed(random: Random): number {
  return integerBelow(2 ** 32, random);
}
