/** @file What the module gives out; `../simd.ts` lists the same for TypeScript. */

export { adamW } from "./adamW";
export { attention, attentionGradient, attentionScratch } from "./attention";
export { gelu, geluGradient } from "./gelu";
export { addLayerNorm, addLayerNormGradient, layerNormWeightGradient } from "./layerNorm";
export { productTransposed } from "./product";
export { product, productScratch } from "./productOuter";
export { sumSquares } from "./sumSquares";
export { gatherRows, scatterRows, sumRows, sumSegments } from "./rows";
