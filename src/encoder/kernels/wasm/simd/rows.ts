/** @file Rows of a matrix: read some, write some, add some up. */

import { address, loadUpTo, storeUpTo } from "./lanes";

/** out[i] = table[indices[i]]. */
export function gatherRows(out: usize, table: usize, indices: usize, count: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let i = 0; i < count; i++) {
    const index = load<i32>(address(indices, i));
    memory.copy(out + <usize>i * bytes, table + <usize>index * bytes, bytes);
  }
}

/** table[indices[i]] = rows[i]. */
export function scatterRows(
  table: usize,
  indices: usize,
  rows: usize,
  count: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (let i = 0; i < count; i++) {
    const index = load<i32>(address(indices, i));
    memory.copy(table + <usize>index * bytes, rows + <usize>i * bytes, bytes);
  }
}

/** out[r] = Σ values[order[s]] over starts[r] ≤ s < starts[r + 1], in that order. */
export function sumSegments(
  out: usize,
  values: usize,
  order: usize,
  starts: usize,
  count: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  memory.fill(out, 0, <usize>count * bytes);
  for (let row = 0; row < count; row++) {
    const end = load<i32>(address(starts, row + 1));
    for (let entry = load<i32>(address(starts, row)); entry < end; entry++) {
      const position = load<i32>(address(order, entry));
      addRow(out + <usize>row * bytes, values + <usize>position * bytes, width);
    }
  }
}

/** out = Σ rows of x [rows, width], whose rows lie `stride` floats apart, from the first to the last. */
export function sumRows(out: usize, x: usize, stride: i32, rows: i32, width: i32): void {
  memory.fill(out, 0, (<usize>width) << 2);
  for (let row = 0; row < rows; row++) addRow(out, address(x, row * stride), width);
}

function addRow(to: usize, from: usize, width: i32): void {
  for (let i = 0; i < width; i += 4) {
    const left = width - i;
    const sum = f32x4.add(loadUpTo(address(to, i), left), loadUpTo(address(from, i), left));
    storeUpTo(address(to, i), sum, left);
  }
}
