/** @file Programs of workgroups that share memory, for tfjs's WebGPU backend. */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { getMainHeaderString } from "@tensorflow/tfjs-backend-webgpu/dist/webgpu_program";
import type { TensorInfo } from "@tensorflow/tfjs-core";

/** Threads of a workgroup; all that WebGPU promises in one dimension is 256. */
export const threads = 64;

export interface GroupProgram {
  /** Names the shader: equal names must stand for equal code. */
  name: string;
  /** Tensors of floats, by their names in the code; with all outputs at most eight. */
  inputs: Record<string, TensorInfo>;
  /** Of `result`. */
  outputShape: number[];
  /** A tensor that is written instead of a new one. */
  into?: TensorInfo;
  /** Shapes of further outputs, by their names in the code. */
  moreOutputs?: Record<string, number[]>;
  /** Workgroups. */
  groups: number;
  /** Numbers that the code reads as `uniforms.<name>`. */
  integers?: Record<string, number>;
  floats?: Record<string, number>;
  /** Whether inputs and output are arrays of `vec4<f32>`: all rows are then multiples of 4 long. */
  wide: boolean;
  /** Inputs or outputs that are arrays of floats all the same. */
  floatArrays?: string[];
  /** WGSL outside the main function: shared memory, functions. */
  declarations?: string;
  /**
   * WGSL of one thread, with `group` and `thread`, both i32. A workgroup past
   * the last repeats it, so each must write the same whenever it runs.
   */
  body: string;
}

/** Runs a program; → its `result`. */
export function runGroups(backend: WebGPUBackend, program: GroupProgram): TensorInfo {
  return runGroupsToMany(backend, program)[0]!;
}

/**
 * Runs a program; → `result` and its further outputs. In its code, `number` is
 * a vector of 4 where the program is wide and else a float, and `total` adds up
 * its parts.
 */
export function runGroupsToMany(backend: WebGPUBackend, program: GroupProgram): TensorInfo[] {
  const { name, inputs, outputShape, groups, integers = {}, floats = {}, wide } = program;
  const { floatArrays = [], moreOutputs = {} } = program;
  const componentOf = (array: string) => (wide && !floatArrays.includes(array) ? 4 : 1);
  const more = Object.values(moreOutputs).map((shape) => backend.makeTensorInfo(shape, "float32"));
  // tfjs knows one output; the others are inputs to it, made writable by `allowManyOutputs`.
  const names = [...Object.keys(inputs), ...Object.keys(moreOutputs)];
  const values = { groups, ...integers };
  const declared = [
    ...Object.keys(values).map((key) => `${key} : i32,`),
    ...Object.keys(floats).map((key) => `${key} : f32,`),
  ];
  const uniforms = [
    ...Object.values(values).map((value) => ({ type: "int32", data: [value] })),
    ...Object.values(floats).map((value) => ({ type: "float32", data: [value] })),
  ];
  const result = backend.runWebGPUProgram(
    {
      shaderKey: `${name}${wide ? "Wide" : ""}`,
      variableNames: names,
      variableComponents: names.map(componentOf),
      outputComponent: componentOf("result"),
      outputShape,
      workgroupSize: [threads, 1, 1],
      dispatchLayout: { x: outputShape.map((_, axis) => axis) },
      dispatch: [groups, 1, 1],
      uniforms: declared.join(" "),
      getUserCode: () => userCode(program),
    },
    [...Object.values(inputs), ...more],
    "float32",
    uniforms,
    program.into,
  );
  return [result, ...more];
}

/** Marks a variable of a shader as one that it writes. */
const writes = (name: string) => `// writes ${name};`;

/**
 * Lets the programs of a device have more outputs than the one that tfjs
 * declares: what a shader is marked to write is declared writable.
 */
export function allowManyOutputs(device: GPUDevice): void {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    let { code } = descriptor;
    for (const [, name] of code.matchAll(/\/\/ writes (\w+);/g)) {
      code = code.replace(`var<storage, read> ${name}:`, `var<storage, read_write> ${name}:`);
    }
    return create({ ...descriptor, code });
  };
}

function userCode({ wide, declarations = "", body, moreOutputs = {} }: GroupProgram): string {
  return `
    ${Object.keys(moreOutputs).map(writes).join("\n")}
    alias number = ${wide ? "vec4<f32>" : "f32"};
    fn total(v : number) -> f32 { return ${wide ? "v.x + v.y + (v.z + v.w)" : "v"}; }
    ${declarations}
    ${getMainHeaderString("index")} {
      let group = min(index / ${threads}, uniforms.groups - 1);
      let thread = index % ${threads};
      ${body}
    }`;
}

/** WGSL of shared memory \`partial\`, and of a sum of it that is taken in the same order each time. */
export const groupSum = `
  var<workgroup> partial : array<f32, ${threads}>;
  fn groupSum(thread : i32, value : f32) -> f32 {
    workgroupBarrier(); // The last sum may still be read.
    partial[thread] = value;
    workgroupBarrier();
    for (var half = ${threads / 2}; half > 0; half = half / 2) {
      if (thread < half) { partial[thread] += partial[thread + half]; }
      workgroupBarrier();
    }
    return partial[0];
  }`;

/** Workgroups that give each of \`count\` numbers a thread. */
export function groupsFor(count: number): number {
  return Math.max(1, Math.ceil(count / threads));
}

/** Whether all of these sizes are multiples of 4. */
export function fours(...sizes: number[]): boolean {
  return sizes.every((size) => size % 4 === 0);
}
