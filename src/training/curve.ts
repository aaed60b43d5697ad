/** @file What a run has shown so far, as plain JSON: it travels in checkpoints and to the page. */

import type { Batch } from "../sampling/sampler";

/** `Scores` are the evaluation's business; training only carries them. */
export interface Curve<Scores = unknown> {
  /** `losses[i]` is the loss of step i + 1. */
  losses: number[];
  /** What kind of batch each of those steps trained on. */
  kinds: Batch["kind"][];
  evaluations: { step: number; scores: Scores }[];
  /** α as it was moved; batches after `step` steps use it. */
  alphaMarks: { step: number; alpha: number }[];
}

/** The curve as it was after `step` steps. α moved later stays: a run that repeats steps moves it again. */
export function curveUpTo<Scores>(curve: Curve<Scores>, step: number): Curve<Scores> {
  return {
    losses: curve.losses.slice(0, step),
    kinds: curve.kinds.slice(0, step),
    evaluations: curve.evaluations.filter((evaluation) => evaluation.step <= step),
    alphaMarks: curve.alphaMarks,
  };
}

/** α of the batch after `step` steps, for a run that began with `alpha`. */
export function alphaAfter(
  { alphaMarks }: Pick<Curve, "alphaMarks">,
  step: number,
  alpha: number,
): number {
  return alphaMarks.findLast((mark) => mark.step <= step)?.alpha ?? alpha;
}
