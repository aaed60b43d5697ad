/** @file The row kernels on tfjs's CPU backend, the reference for the other two. */

import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { gatherRowsInto, scatterRowsInto, sumSegmentsInto } from "./heap";
import { type Inputs, input, lastAxis, registerOnce } from "./register";
import { GatherRows, ScatterRows, SumSegments } from "./rows";

export function registerCpuKernels(): void {
  registerOnce(GatherRows, "cpu", gather);
  registerOnce(SumSegments, "cpu", sum);
  registerOnce(ScatterRows, "cpu", scatter);
}

function gather(inputs: Inputs, backend: MathBackendCPU): TensorInfo {
  const table = input(inputs, "table");
  const indices = input(inputs, "indices");
  const width = lastAxis(table);
  const out = new Float32Array(indices.shape[0]! * width);
  gatherRowsInto(out, values(backend, table), values(backend, indices), width);
  return backend.makeTensorInfo([indices.shape[0]!, width], "float32", out);
}

function sum(inputs: Inputs, backend: MathBackendCPU): TensorInfo {
  const [dy, order, starts] = [
    input(inputs, "values"),
    input(inputs, "order"),
    input(inputs, "starts"),
  ];
  const width = lastAxis(dy);
  const rows = starts.shape[0]! - 1;
  const out = new Float32Array(rows * width);
  sumSegmentsInto(out, values(backend, dy), values(backend, order), values(backend, starts), width);
  return backend.makeTensorInfo([rows, width], "float32", out);
}

function scatter(inputs: Inputs, backend: MathBackendCPU): TensorInfo {
  const table = input(inputs, "table");
  const [indices, rows] = [input(inputs, "indices"), input(inputs, "rows")];
  scatterRowsInto(
    values(backend, table),
    values(backend, indices),
    values(backend, rows),
    lastAxis(table),
  );
  return backend.makeTensorInfo([0], "float32", new Float32Array(0));
}

function values(backend: MathBackendCPU, { dataId }: TensorInfo): Float32Array {
  return backend.data.get(dataId).values as Float32Array;
}
