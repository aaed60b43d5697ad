/** @file Matrix products as sums of outer products: for a right matrix that is not transposed. */

import { address } from "./lanes";

/** Terms that are summed in one go: what a panel of eight columns keeps in the first-level cache. */
const depth: i32 = 384;
/** Rows of the result whose left numbers stay in the second-level cache. */
const height: i32 = 64;

/** Floats of scratch memory that `product` needs. */
export function productScratch(n: i32, k: i32): i32 {
  const terms = min(k, depth);
  return terms * (((n + 7) & ~7) + height) + 32;
}

/**
 * c = a · b, or c + a · b where it `adds`.
 *
 * @param a [m, k], its number (i, p) at `i·rowA + p·columnA`; one of the two is 1
 * @param b [k, n]
 * @param c [m, n]
 */
export function product(
  c: usize,
  strideC: i32,
  a: usize,
  rowA: i32,
  columnA: i32,
  b: usize,
  strideB: i32,
  m: i32,
  n: i32,
  k: i32,
  scratch: usize,
  adds: bool,
): void {
  const panels = (n + 7) >> 3;
  // The last tile of an edge is computed here, whole, before its part is copied out.
  const edge = scratch;
  const packedB = address(edge, 32);
  const packedA = address(packedB, min(k, depth) * panels * 8);
  for (let from = 0; from < k; from += depth) {
    const terms = min(depth, k - from);
    packColumns(packedB, address(b, from * strideB), strideB, n, terms);
    for (let start = 0; start < m; start += height) {
      const rows = min(height, m - start);
      const block = address(a, start * rowA + from * columnA);
      const isPacked = columnA != 1;
      if (isPacked) packRows(packedA, block, rowA, columnA, rows, terms);
      for (let panel = 0; panel < panels; panel++) {
        const right = address(packedB, panel * terms * 8);
        const columns = min(8, n - panel * 8);
        for (let i = 0; i < rows; i += 4) {
          const out = address(c, (start + i) * strideC + panel * 8);
          const count = min(4, rows - i);
          const left = isPacked ? address(packedA, i * terms) : address(block, i * rowA);
          const row = isPacked ? 1 : rowA;
          const step = isPacked ? 4 : 1;
          const last = isPacked ? 3 : count - 1;
          if (count == 4 && columns == 8) {
            outerTile(out, strideC, left, row, step, last, right, terms, adds || from > 0);
          } else {
            outerTile(edge, 8, left, row, step, last, right, terms, false);
            addPart(out, strideC, edge, count, columns, adds || from > 0);
          }
        }
      }
    }
  }
}

/** Four rows by eight columns; rows past `last` repeat it. */
function outerTile(
  c: usize,
  strideC: i32,
  a: usize,
  rowA: i32,
  step: i32,
  last: i32,
  b: usize,
  terms: i32,
  adds: bool,
): void {
  const c1 = address(c, strideC);
  const c2 = address(c1, strideC);
  const c3 = address(c2, strideC);
  const zero = f32x4.splat(0);
  let s00 = adds ? v128.load(c) : zero;
  let s01 = adds ? v128.load(c, 16) : zero;
  let s10 = adds ? v128.load(c1) : zero;
  let s11 = adds ? v128.load(c1, 16) : zero;
  let s20 = adds ? v128.load(c2) : zero;
  let s21 = adds ? v128.load(c2, 16) : zero;
  let s30 = adds ? v128.load(c3) : zero;
  let s31 = adds ? v128.load(c3, 16) : zero;
  let a1 = address(a, min(1, last) * rowA);
  let a2 = address(a, min(2, last) * rowA);
  let a3 = address(a, min(3, last) * rowA);
  const stride = (<usize>step) << 2;
  for (let p = 0; p < terms; p++) {
    const right0 = v128.load(b);
    const right1 = v128.load(b, 16);
    let left = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(left, right0));
    s01 = f32x4.add(s01, f32x4.mul(left, right1));
    left = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(left, right0));
    s11 = f32x4.add(s11, f32x4.mul(left, right1));
    left = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(left, right0));
    s21 = f32x4.add(s21, f32x4.mul(left, right1));
    left = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(left, right0));
    s31 = f32x4.add(s31, f32x4.mul(left, right1));
    a += stride;
    a1 += stride;
    a2 += stride;
    a3 += stride;
    b += 32;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** Copies, or adds, the part of an edge tile that lies inside the result. */
function addPart(c: usize, strideC: i32, edge: usize, rows: i32, columns: i32, adds: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const to = address(c, i * strideC + j);
      const value = load<f32>(address(edge, i * 8 + j));
      store<f32>(to, adds ? load<f32>(to) + value : value);
    }
  }
}

/** b [terms, n] as panels of eight columns, [panels, terms, 8]; the last one is filled up with 0. */
function packColumns(packed: usize, b: usize, strideB: i32, n: i32, terms: i32): void {
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

/** A transposed a, whose rows lie `rowA` = 1 apart, as [rows / 4, terms, 4]. */
function packRows(packed: usize, a: usize, rowA: i32, columnA: i32, rows: i32, terms: i32): void {
  for (let i = 0; i < rows; i += 4) {
    const count = min(4, rows - i);
    for (let p = 0; p < terms; p++) {
      const from = address(a, i * rowA + p * columnA);
      if (count == 4) {
        v128.store(packed, v128.load(from));
      } else {
        for (let row = 0; row < 4; row++) {
          store<f32>(address(packed, row), load<f32>(address(from, min(row, count - 1))));
        }
      }
      packed += 16;
    }
  }
}
