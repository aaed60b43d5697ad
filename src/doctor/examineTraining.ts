/** @file Three training steps: what they take, whether they wait, and whether they can be repeated. */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendName } from "../encoder/backend";
import { reference } from "./compare";
import { type Counts, memoryUse, startCounting } from "./counting";
import type { Finding, MemoryFinding, Verdict } from "./findings";
import { type SmallTraining, steps, trainSmall } from "./smallTraining";

/** Largest relative difference to the CPU's losses; measured: 1e-6 on WASM and the software adapter. */
const lossTolerance = 1e-4;

/** The step that is counted: the first compiles, the last reads the losses. */
const countedStep = 2;

/** Trains on `backend`, which runs before and afterwards. */
export async function* examineTraining(
  backend: BackendName,
  seed: number,
): AsyncGenerator<Finding, void> {
  const before = memoryUse();
  const { training, counts } = await countedTraining(seed);
  const after = memoryUse();
  const peak = counts.reduce(
    (most, { peak }) => (peak.usedBytes > most.usedBytes ? peak : most),
    before,
  );
  yield { type: "memory", moment: "before", ...before };
  yield { type: "memory", moment: "at the peak", ...peak };
  yield { type: "memory", moment: "after", ...after };
  yield leftBehind(before, after);
  yield readBacks(counts);
  yield repeats(training, await trainSmall({ seed }));
  yield likeReference(training, await trainOn(reference, backend, seed));
}

/** Counts of each step. */
async function countedTraining(
  seed: number,
): Promise<{ training: SmallTraining; counts: Counts[] }> {
  const counts: Counts[] = [];
  let counting: ReturnType<typeof startCounting> | undefined;
  const stop = (): void => {
    if (counting) counts.push(counting.stop());
    counting = undefined;
  };
  try {
    const training = await trainSmall({
      seed,
      onStep: (_step, moment) => {
        if (moment === "starts") counting = startCounting();
        else stop();
      },
    });
    return { training, counts };
  } finally {
    stop();
  }
}

async function trainOn(
  other: BackendName,
  backend: BackendName,
  seed: number,
): Promise<SmallTraining> {
  await tf.setBackend(other);
  try {
    return await trainSmall({ seed });
  } finally {
    await tf.setBackend(backend);
  }
}

type Use = Omit<MemoryFinding, "type" | "moment">;

function leftBehind(before: Use, after: Use): Verdict {
  const left = after.tensors - before.tensors;
  return {
    type: "verdict",
    name: "No tensor is left behind",
    passed: left === 0,
    detail: `${left} tensors more than before`,
    numbers: { left },
  };
}

/** A step must not wait for the GPU; the losses of all steps are read together, in the last one. */
function readBacks(counts: readonly Counts[]): Verdict {
  const { kernels, dispatches, submits, readBacks } = counts[countedStep - 1]!;
  const total = (of: "readBacks" | "synchronousReadBacks") =>
    counts.reduce((sum, step) => sum + step[of], 0);
  const [ofAllSteps, synchronousReadBacks] = [total("readBacks"), total("synchronousReadBacks")];
  const gpu = dispatches > 0 ? `, ${dispatches} dispatches in ${submits} submits` : "";
  return {
    type: "verdict",
    name: "A step reads nothing back",
    passed: readBacks === 0 && ofAllSteps <= 1 && synchronousReadBacks === 0,
    detail:
      `${kernels} kernels${gpu}; ${readBacks} read-backs in a step, ` +
      `${ofAllSteps} in ${steps} with their losses, ${synchronousReadBacks} synchronous`,
    numbers: { kernels, dispatches, submits, readBacks, ofAllSteps, synchronousReadBacks },
  };
}

/** Losses and every parameter, bit for bit. */
function repeats(first: SmallTraining, second: SmallTraining): Verdict {
  const compared: { name: string; one: Float32Array; other: Float32Array }[] = [
    { name: "the losses", one: first.losses, other: second.losses },
    ...[...first.parameters].map(([name, one]) => {
      return { name, one, other: second.parameters.get(name)! };
    }),
  ];
  const total = compared.reduce((sum, { one }) => sum + one.length, 0);
  const differing = compared.flatMap(({ name, one, other }) => {
    const count = differingBits(one, other);
    return count > 0 ? [{ name, count }] : [];
  });
  const count = differing.reduce((sum, { count }) => sum + count, 0);
  const where = differing[0] && `, first in ${differing[0].name}`;
  return {
    type: "verdict",
    name: "The same seed gives the same bits",
    passed: count === 0,
    detail: `${count} of ${total} losses and parameters differ after ${steps} steps${where ?? ""}`,
    numbers: { differing: count, compared: total },
  };
}

function differingBits(one: Float32Array, other: Float32Array): number {
  const [words, others] = [new Uint32Array(one.buffer), new Uint32Array(other.buffer)];
  return words.filter((word, place) => word !== others[place]).length;
}

function likeReference({ losses }: SmallTraining, { losses: right }: SmallTraining): Verdict {
  const relative = Math.max(
    ...right.map((loss, index) => Math.abs(losses[index]! - loss) / Math.abs(loss)),
  );
  const print = (values: Float32Array) => Array.from(values, (loss) => loss.toFixed(4)).join(" ");
  return {
    type: "verdict",
    name: "The losses are those of the CPU backend",
    passed: relative <= lossTolerance,
    detail: `${print(losses)}; on the CPU ${print(right)}`,
    numbers: { relative, tolerance: lossTolerance },
  };
}
