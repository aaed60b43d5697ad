/** @file The row kernels on tfjs's WebGPU backend, in WGSL. */

import { type WebGPUBackend, webgpu_util } from "@tensorflow/tfjs-backend-webgpu";
import { getMainHeaderString } from "@tensorflow/tfjs-backend-webgpu/dist/webgpu_program";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type Inputs, input, lastAxis } from "../register";
import { GatherRows, ScatterRows, SumSegments } from "../rows";

export function gather(inputs: Inputs, backend: WebGPUBackend): TensorInfo {
  const [table, indices] = [input(inputs, "table"), input(inputs, "indices")];
  const width = lastAxis(table);
  const program = rowProgram(
    GatherRows,
    ["table", "indices"],
    [indices.shape[0]!, width],
    "result[index] = table[indices[row] * uniforms.width + column];",
  );
  return backend.runWebGPUProgram(program, [table, indices], "float32", gridUniforms(program));
}

export function sum(inputs: Inputs, backend: WebGPUBackend): TensorInfo {
  const [values, order, starts] = [
    input(inputs, "values"),
    input(inputs, "order"),
    input(inputs, "starts"),
  ];
  const width = lastAxis(values);
  const program = rowProgram(
    SumSegments,
    ["values", "order", "starts"],
    [starts.shape[0]! - 1, width],
    `var total = 0.0;
        for (var entry = starts[row]; entry < starts[row + 1]; entry++) {
          total += values[order[entry] * uniforms.width + column];
        }
        result[index] = total;`,
  );
  const tensors = [values, order, starts];
  return backend.runWebGPUProgram(program, tensors, "float32", gridUniforms(program));
}

export function scatter(inputs: Inputs, backend: WebGPUBackend): TensorInfo {
  const [table, indices, rows] = [
    input(inputs, "table"),
    input(inputs, "indices"),
    input(inputs, "rows"),
  ];
  const width = lastAxis(table);
  const program = rowProgram(
    ScatterRows,
    ["rows", "indices"],
    [rows.shape[0]!, width],
    "result[indices[row] * uniforms.width + column] = rows[index];",
  );
  // The output is the table itself: the program writes the given rows of it and no other.
  backend.runWebGPUProgram(program, [rows, indices], "float32", gridUniforms(program), table);
  return backend.makeTensorInfo([0], "float32", new Float32Array(0));
}

type Program = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];

/** A program with one thread for each number of a [rows, width] grid. */
function rowProgram(
  name: string,
  variableNames: string[],
  grid: [number, number],
  body: string,
): Program {
  const workgroupSize: [number, number, number] = [64, 1, 1];
  const dispatchLayout = webgpu_util.flatDispatchLayout(grid);
  return {
    shaderKey: name,
    variableNames,
    outputShape: grid,
    workgroupSize,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, grid, workgroupSize),
    uniforms: "width : i32, count : i32,",
    getUserCode: () => `
      ${getMainHeaderString("index")} {
        if (index < uniforms.count) {
          let row = index / uniforms.width;
          let column = index % uniforms.width;
          ${body}
        }
      }`,
  };
}

function gridUniforms({ outputShape: [rows = 0, width = 0] }: Program) {
  return [
    { type: "int32", data: [width] },
    { type: "int32", data: [rows * width] },
  ];
}
