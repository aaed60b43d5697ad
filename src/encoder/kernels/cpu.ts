/** @file Kernels on tfjs's CPU backend, the reference for the other two. */

import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { util } from "@tensorflow/tfjs-core";
import { registerRowKernels } from "./heap";

export function registerCpuKernels(): void {
  registerRowKernels<MathBackendCPU>({
    backendName: "cpu",
    allocate: (backend, shape) =>
      backend.makeTensorInfo(shape, "float32", new Float32Array(util.sizeFromShape(shape))),
    view: (backend, { dataId }) => backend.data.get(dataId).values as Float32Array,
  });
}
