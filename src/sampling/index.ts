import { hybrid } from "./hybrid";
import type { BatchSampler } from "./sampler";
import { xX } from "./xX";
import { xxMono } from "./xxMono";
import { xY } from "./xY";

/** Every batch sampler, by its name in `RunConfig.sampler`. */
export const batchSamplers = {
  hybrid,
  "x-x-mono": xxMono,
  "x-y": xY,
  "x-x": xX,
} satisfies Record<string, BatchSampler>;
