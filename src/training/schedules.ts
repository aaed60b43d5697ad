import type { Decay, RunConfig } from "./config";

/** Share of the learning rate that is left at `progress` in [0, 1) from warm-up to the end. */
const remaining: Record<Decay, (progress: number) => number> = {
  linear: (progress) => 1 - progress,
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
  constant: () => 1,
};

/**
 * Learning rate of a step, counted from 1: rises linearly over the warm-up,
 * then decays so that the step after the last would have 0.
 */
export function learningRateAt(
  step: number,
  config: Pick<RunConfig, "learningRate" | "warmupSteps" | "steps" | "decay">,
): number {
  const { learningRate, warmupSteps, steps, decay } = config;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = (step - 1 - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * remaining[decay](Math.min(progress, 1));
}
