/** @file The linear maps of a transformer layer by the part they play. Plain data: imports no tensors. */

export const layerMaps = [
  "query",
  "key",
  "value",
  "attention-output",
  "intermediate",
  "output",
] as const;
export type LayerMap = (typeof layerMaps)[number];
