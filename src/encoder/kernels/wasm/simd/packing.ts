/** @file Copies of the parts of two matrices in the order in which a product reads them. */

import { address } from "./lanes";
import { tileRows } from "./product";

/** b [terms, n] as panels of eight columns, [panels, terms, 8]; the last one is filled up with 0. */
export function packColumns(packed: usize, b: usize, strideB: i32, n: i32, terms: i32): void {
  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j);
    for (let p = 0; p < terms; p++) {
      const row = address(b, p * strideB + j);
      if (columns == 8) {
        v128.store(packed, v128.load(row));
        v128.store(packed, v128.load(row, 16), 16);
      } else {
        for (let column = 0; column < 8; column++) {
          const value: f32 = column < columns ? load<f32>(address(row, column)) : 0;
          store<f32>(address(packed, column), value);
        }
      }
      packed += 32;
    }
  }
}

/** A transposed a, whose rows lie `rowA` = 1 apart, as [rows / tileRows, terms, tileRows]. */
export function packRows(
  packed: usize,
  a: usize,
  rowA: i32,
  columnA: i32,
  rows: i32,
  terms: i32,
): void {
  for (let i = 0; i < rows; i += tileRows) {
    const count = min(tileRows, rows - i);
    for (let p = 0; p < terms; p++) {
      const from = address(a, i * rowA + p * columnA);
      if (count == tileRows) {
        v128.store(packed, v128.load(from));
        if (tileRows > 4) store<u64>(packed, load<u64>(from, 16), 16);
      } else {
        for (let row = 0; row < tileRows; row++) {
          store<f32>(address(packed, row), load<f32>(address(from, min(row, count - 1))));
        }
      }
      packed += 4 * tileRows;
    }
  }
}
