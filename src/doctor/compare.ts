/** @file One check on two backends: how far are the results apart, and are they the same twice? */

import * as tf from "@tensorflow/tfjs-core";
import type { BackendName } from "../encoder/backend";
import type { CheckSizes, Evaluated, KernelCheck, Sample } from "./checks/check";
import type { Difference, KernelFinding } from "./findings";

/** The backend whose results are taken for right. */
export const reference: BackendName = "cpu";

export interface CompareOptions {
  /** Opened before, as is the reference; it is the one that runs afterwards. */
  backend: BackendName;
  sizes: CheckSizes;
  seed: number;
}

/** What a check finds. Whatever goes wrong on the way is found too, never thrown. */
export async function runCheck(
  check: KernelCheck,
  { backend, sizes, seed }: CompareOptions,
): Promise<KernelFinding> {
  const { name, tolerance } = check;
  const finding: KernelFinding = {
    type: "kernel",
    name,
    passed: false,
    tolerance,
    milliseconds: 0,
  };
  try {
    const evaluate = check.prepare(seed, sizes);
    await tf.setBackend(reference);
    const expected = await evaluate();
    await tf.setBackend(backend);
    // The first time compiles the programs, which is not what the time is to say.
    const first = await evaluate();
    const started = performance.now();
    const again = await evaluate();
    finding.milliseconds = performance.now() - started;

    finding.value = difference(first.outputs, expected.outputs);
    if (expected.gradients.length > 0) {
      finding.gradient = difference(first.gradients, expected.gradients);
    }
    const problem = problemOf(finding, sameBits(first, again));
    return problem === undefined ? { ...finding, passed: true } : { ...finding, problem };
  } catch (error) {
    return { ...finding, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await tf.setBackend(backend);
  }
}

function problemOf(
  { value, gradient, tolerance }: KernelFinding,
  repeats: boolean,
): string | undefined {
  // Asked so that a difference that is not a number is wrong, too.
  const isWrong = (found: Difference | undefined) => found && !(found.relative <= tolerance);
  if (isWrong(value)) return "another value";
  if (isWrong(gradient)) return "another gradient";
  return repeats ? undefined : "other bits the second time, from the same inputs";
}

/**
 * The largest difference of all tensors, absolute, and relative to the largest
 * number of the reference. A tensor with next to none, such as the gradient of
 * a bias that changes nothing, is measured by a tenth of the largest of all.
 * @throws {RangeError} where a shape is another.
 */
export function difference(found: readonly Sample[], expected: readonly Sample[]): Difference {
  const largest = Math.max(...expected.map(({ values }) => largestOf(values)));
  let [absolute, relative] = [0, 0];
  for (const [index, { shape, values }] of expected.entries()) {
    const other = found[index];
    if (other?.shape.join() !== shape.join()) {
      throw new RangeError(`shape [${other?.shape.join(", ")}], [${shape.join(", ")}] is right`);
    }
    const apart = largestOf(values.map((value, place) => value - other.values[place]!));
    absolute = Math.max(absolute, apart);
    const scale = Math.max(largestOf(values), largest / 10);
    relative = Math.max(relative, scale > 0 ? apart / scale : apart);
  }
  return { absolute, relative };
}

/** The largest magnitude; NaN where there is one. */
function largestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function sameBits(one: Evaluated, other: Evaluated): boolean {
  const bits = ({ outputs, gradients }: Evaluated) =>
    [...outputs, ...gradients].map(({ values }) => new Uint32Array(values.buffer));
  const others = bits(other);
  return bits(one).every((words, index) =>
    words.every((word, place) => word === others[index]![place]),
  );
}
