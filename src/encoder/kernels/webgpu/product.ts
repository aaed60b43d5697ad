/**
 * @file Matrix products in WGSL of which one side is several matrices, stacked
 * row under row, without a copy that stacks them. A workgroup has 32 × 32
 * numbers of the result, a thread 4 × 4.
 */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { fours, runGroups } from "./program";

/** A matrix as it is stored, and whether the product takes it transposed. */
export interface Operand {
  matrix: TensorInfo;
  transposed: boolean;
  /** Some of its columns only. */
  columns?: { from: number; count: number };
}

export interface StackedOperand {
  /** Matrices of one shape. */
  stacked: TensorInfo[];
  transposed: boolean;
  /** One vector a matrix, added to the columns that it makes. */
  biases?: TensorInfo[];
}

/** a · b, with a [m, k] and b [k, n] once they are transposed as they say; → [m, n]. */
export function product(backend: WebGPUBackend, a: Operand, b: StackedOperand): TensorInfo {
  const [rowsA, strideA] = a.matrix.shape as [number, number];
  const { from, count } = a.columns ?? { from: 0, count: strideA };
  const [heightB, widthB] = b.stacked[0]!.shape as [number, number];
  const rowsB = heightB * b.stacked.length;
  const [m, k] = a.transposed ? [count, rowsA] : [rowsA, count];
  const n = b.transposed ? rowsB : widthB;
  const { biases = [] } = b;
  const named = (name: string, tensors: TensorInfo[]) =>
    Object.fromEntries(tensors.map((tensor, index) => [`${name}${index}`, tensor]));
  const wide = fours(strideA, from, count, heightB, widthB);
  const kinds = [a.transposed, b.transposed].map(Number).join("");
  return runGroups(backend, {
    name: `Product${kinds}of${b.stacked.length}with${biases.length}`,
    inputs: { a: a.matrix, ...named("b", b.stacked), ...named("bias", biases) },
    outputShape: [m, n],
    groups: Math.ceil(m / 32) * Math.ceil(n / 32),
    integers: { rowsA, strideA, firstColumn: from, count, heightB, widthB, rowsB, m, n, k },
    wide,
    declarations: `
      ${reader("A", "uniforms.rowsA", "uniforms.count", readA(wide))}
      ${reader("B", "uniforms.rowsB", "uniforms.widthB", readStacked(b.stacked.length, wide))}
      ${biasReader(biases.length, wide)}
      var<workgroup> tileA : array<array<vec4<f32>, 8>, 32>;
      var<workgroup> tileB : array<array<vec4<f32>, 8>, 32>;`,
    body: body({ transposedA: a.transposed, transposedB: b.transposed, wide }),
  });
}

/** Four numbers of a row of a stored matrix, 0 outside of it. */
function reader(name: string, rows: string, columns: string, read: string): string {
  return `
    fn read${name}(row : i32, column : i32) -> vec4<f32> {
      if (row >= ${rows} || column >= ${columns}) { return vec4<f32>(0.0); }
      ${read}
    }`;
}

function readA(wide: boolean): string {
  return `
    let place = row * uniforms.strideA + uniforms.firstColumn + column;
    ${wide ? "return a[place / 4];" : partOf("a", "uniforms.count")}`;
}

function readStacked(count: number, wide: boolean): string {
  const cases = Array.from({ length: count }, (_, index) => {
    const read = wide ? `return b${index}[place / 4];` : partOf(`b${index}`, "uniforms.widthB");
    return `case ${index}: { ${read} }`;
  });
  return `
    let place = (row % uniforms.heightB) * uniforms.widthB + column;
    switch (row / uniforms.heightB) {
      ${cases.join("\n")}
      default: { return vec4<f32>(0.0); }
    }`;
}

/** Up to four floats from \`place\` on, none past the row's last column. */
function partOf(array: string, columns: string): string {
  return `
    var part = vec4<f32>(0.0);
    for (var lane = 0; lane < min(4, ${columns} - column); lane++) {
      part[lane] = ${array}[place + lane];
    }
    return part;`;
}

/** The biases of four columns of the result. */
function biasReader(count: number, wide: boolean): string {
  const cases = Array.from({ length: count }, (_, index) =>
    wide
      ? `case ${index}: { return bias${index}[(column % uniforms.heightB) / 4][column % 4]; }`
      : `case ${index}: { return bias${index}[column % uniforms.heightB]; }`,
  );
  return `
    fn biasOf(column : i32) -> f32 {
      switch (column / uniforms.heightB) {
        ${cases.join("\n")}
        default: { return 0.0; }
      }
    }`;
}

/**
 * Both tiles lie as [k, 4 rows or columns]: a thread brings one 4 × 4 block of
 * each, turned where it is stored the other way.
 */
function body({
  transposedA,
  transposedB,
  wide,
}: Record<"transposedA" | "transposedB" | "wide", boolean>): string {
  return `
    let across = (uniforms.n + 31) / 32;
    let top = (group / across) * 32;
    let left = (group % across) * 32;
    let x = thread % 8;
    let y = thread / 8;
    var sums : array<vec4<f32>, 4>;
    for (var deep = 0; deep < uniforms.k; deep += 32) {
      ${bring("A", "top", transposedA)}
      ${bring("B", "left", !transposedB)}
      workgroupBarrier();
      for (var p = 0; p < 32; p++) {
        let ofA = tileA[p][y];
        let ofB = tileB[p][x];
        for (var i = 0; i < 4; i++) { sums[i] += ofA[i] * ofB; }
      }
      workgroupBarrier();
    }
    let column = left + 4 * x;
    let biases = vec4<f32>(biasOf(column), biasOf(column + 1), biasOf(column + 2), biasOf(column + 3));
    for (var i = 0; i < 4; i++) {
      let row = top + 4 * y + i;
      if (row < uniforms.m && column < uniforms.n) {
        let value = sums[i] + biases;
        ${
          wide
            ? "result[(row * uniforms.n + column) / 4] = value;"
            : `for (var lane = 0; lane < min(4, uniforms.n - column); lane++) {
                result[row * uniforms.n + column + lane] = value[lane];
              }`
        }
      }
    }`;
}

/** WGSL that fills a tile; \`isAlong\`: the matrix is stored with k down its rows. */
function bring(name: string, start: string, isAlong: boolean): string {
  if (isAlong) {
    return `
      for (var i = 0; i < 4; i++) {
        tile${name}[4 * y + i][x] = read${name}(deep + 4 * y + i, ${start} + 4 * x);
      }`;
  }
  return `
      {
        let r0 = read${name}(${start} + 4 * x, deep + 4 * y);
        let r1 = read${name}(${start} + 4 * x + 1, deep + 4 * y);
        let r2 = read${name}(${start} + 4 * x + 2, deep + 4 * y);
        let r3 = read${name}(${start} + 4 * x + 3, deep + 4 * y);
        for (var i = 0; i < 4; i++) {
          tile${name}[4 * y + i][x] = vec4<f32>(r0[i], r1[i], r2[i], r3[i]);
        }
      }`;
}
