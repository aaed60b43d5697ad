/** @file Kernels on tfjs's WebGPU backend, in WGSL. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { AdamW } from "../adamW";
import {
  AddLayerNorm,
  AddLayerNormInputGradient,
  AddLayerNormWeightGradient,
} from "../addLayerNorm";
import { Attention, AttentionGradient } from "../attention";
import { ColumnSums } from "../columnSums";
import { Gelu, GeluGradient } from "../gelu";
import { LinearMaps, LinearMapsInputGradient, LinearMapWeightGradient } from "../linear";
import { type Kernel, registerOnce } from "../register";
import { GatherRows, ScatterRows, SumSegments } from "../rows";
import { SumSquares } from "../sumSquares";
import { adamW } from "./adamW";
import {
  addLayerNorm,
  addLayerNormInputGradient,
  addLayerNormWeightGradient,
} from "./addLayerNorm";
import { attention } from "./attention";
import { attentionGradient } from "./attentionGradient";
import { columnSumsKernel } from "./columnSums";
import { gelu, geluGradient } from "./gelu";
import { linearMaps, linearMapsInputGradient, linearMapWeightGradient } from "./linear";
import { allowManyOutputs } from "./program";
import { gather, scatter, sum } from "./rows";
import { sumSquares } from "./sumSquares";

/** Registers the kernels, for the device that has just been opened. */
export function registerWebgpuKernels(): void {
  allowManyOutputs((tf.backend() as WebGPUBackend).device);
  const kernels: Record<string, Kernel<WebGPUBackend>> = {
    [GatherRows]: gather,
    [SumSegments]: sum,
    [ScatterRows]: scatter,
    [LinearMaps]: linearMaps,
    [LinearMapsInputGradient]: linearMapsInputGradient,
    [LinearMapWeightGradient]: linearMapWeightGradient,
    [ColumnSums]: columnSumsKernel,
    [Gelu]: gelu,
    [GeluGradient]: geluGradient,
    [AddLayerNorm]: addLayerNorm,
    [AddLayerNormInputGradient]: addLayerNormInputGradient,
    [AddLayerNormWeightGradient]: addLayerNormWeightGradient,
    [Attention]: attention,
    [AttentionGradient]: attentionGradient,
    [AdamW]: adamW,
    [SumSquares]: sumSquares,
  };
  for (const [name, kernel] of Object.entries(kernels)) registerOnce(name, "webgpu", kernel);
}
