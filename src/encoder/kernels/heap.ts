/** @file The row kernels over plain arrays; the CPU and WASM backends share them. */

type Values = ArrayLike<number>;

/** out[i] = table[indices[i]]; all rows have `width` numbers. */
export function gatherRowsInto(
  out: Float32Array,
  table: Float32Array,
  indices: Values,
  width: number,
): void {
  for (let position = 0; position < indices.length; position++) {
    const start = indices[position]! * width;
    out.set(table.subarray(start, start + width), position * width);
  }
}

/** out[r] = Σ values[order[s]] over starts[r] ≤ s < starts[r + 1], in that order. */
export function sumSegmentsInto(
  out: Float32Array,
  values: Float32Array,
  order: Values,
  starts: Values,
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
export function scatterRowsInto(
  table: Float32Array,
  indices: Values,
  rows: Float32Array,
  width: number,
): void {
  for (let position = 0; position < indices.length; position++) {
    const from = position * width;
    table.set(rows.subarray(from, from + width), indices[position]! * width);
  }
}
