/** @file The row kernels over plain arrays, for the backends whose tensors are such: CPU and WASM. */

import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { type Inputs, input, lastAxis, registerOnce } from "./register";
import { GatherRows, ScatterRows, SumSegments } from "./rows";

/** How a backend gives out its memory. */
export interface HeapAccess<Backend> {
  backendName: string;
  /** A new tensor of floats, its values not set. */
  allocate(backend: Backend, shape: number[]): TensorInfo;
  /** A view of a tensor's values; the next allocation may end its life. */
  view(backend: Backend, tensor: TensorInfo): Float32Array;
}

export function registerRowKernels<Backend>(access: HeapAccess<Backend>): void {
  const { backendName, allocate, view } = access;

  const gather = (inputs: Inputs, backend: Backend): TensorInfo => {
    const [table, indices] = [input(inputs, "table"), input(inputs, "indices")];
    const width = lastAxis(table);
    const out = allocate(backend, [util.sizeFromShape(indices.shape), width]);
    gatherRowsInto(view(backend, out), view(backend, table), view(backend, indices), width);
    return out;
  };

  const sum = (inputs: Inputs, backend: Backend): TensorInfo => {
    const [values, order, starts] = [
      input(inputs, "values"),
      input(inputs, "order"),
      input(inputs, "starts"),
    ];
    const width = lastAxis(values);
    const out = allocate(backend, [util.sizeFromShape(starts.shape) - 1, width]);
    const segments = { order: view(backend, order), starts: view(backend, starts) };
    sumSegmentsInto(view(backend, out), view(backend, values), segments, width);
    return out;
  };

  const scatter = (inputs: Inputs, backend: Backend): TensorInfo => {
    const [table, indices, rows] = [
      input(inputs, "table"),
      input(inputs, "indices"),
      input(inputs, "rows"),
    ];
    const width = lastAxis(table);
    scatterRowsInto(view(backend, table), view(backend, indices), view(backend, rows), width);
    return allocate(backend, [0]);
  };

  registerOnce(GatherRows, backendName, gather);
  registerOnce(SumSegments, backendName, sum);
  registerOnce(ScatterRows, backendName, scatter);
}

/** out[i] = table[indices[i]]; all rows have `width` numbers. */
function gatherRowsInto(
  out: Float32Array,
  table: Float32Array,
  indices: ArrayLike<number>,
  width: number,
): void {
  for (let position = 0; position < indices.length; position++) {
    const start = indices[position]! * width;
    out.set(table.subarray(start, start + width), position * width);
  }
}

/** out[r] = Σ values[order[s]] over starts[r] ≤ s < starts[r + 1], in that order. */
function sumSegmentsInto(
  out: Float32Array,
  values: Float32Array,
  { order, starts }: Record<"order" | "starts", ArrayLike<number>>,
  width: number,
): void {
  out.fill(0);
  for (let row = 0; row + 1 < starts.length; row++) {
    const to = row * width;
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const from = order[entry]! * width;
      for (let column = 0; column < width; column++) {
        out[to + column]! += values[from + column]!;
      }
    }
  }
}

/** table[indices[i]] = rows[i]. */
function scatterRowsInto(
  table: Float32Array,
  indices: ArrayLike<number>,
  rows: Float32Array,
  width: number,
): void {
  for (let position = 0; position < indices.length; position++) {
    const from = position * width;
    table.set(rows.subarray(from, from + width), indices[position]! * width);
  }
}
