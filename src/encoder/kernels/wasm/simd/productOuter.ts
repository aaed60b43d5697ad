/** @file Matrix products as sums of outer products: for a right matrix that is not transposed. */

import { address, multiplyAdd } from "./lanes";
import { packColumns, packRows } from "./packing";
import { tileRows } from "./product";

/** Terms that are summed in one go: what a panel of eight columns keeps in the first-level cache. */
const depth: i32 = 384;
/** Rows of the result whose left numbers stay in the second-level cache. */
const height: i32 = (64 / tileRows) * tileRows;

/** Floats of scratch memory that `product` needs. */
export function productScratch(n: i32, k: i32): i32 {
  const terms = min(k, depth);
  return terms * (((n + 7) & ~7) + height) + 8 * tileRows;
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
  const packedB = address(edge, 8 * tileRows);
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
        for (let i = 0; i < rows; i += tileRows) {
          const out = address(c, (start + i) * strideC + panel * 8);
          const count = min(tileRows, rows - i);
          const left = isPacked ? address(packedA, i * terms) : address(block, i * rowA);
          const row = isPacked ? 1 : rowA;
          const step = isPacked ? tileRows : 1;
          const last = isPacked ? tileRows - 1 : count - 1;
          if (count == tileRows && columns == 8) {
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

/** `tileRows` rows by eight columns; rows past `last` repeat it. */
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
  const c4 = address(c3, strideC);
  const c5 = address(c4, strideC);
  const zero = f32x4.splat(0);
  const addsTall = adds && tileRows > 4;
  let s00 = adds ? v128.load(c) : zero;
  let s01 = adds ? v128.load(c, 16) : zero;
  let s10 = adds ? v128.load(c1) : zero;
  let s11 = adds ? v128.load(c1, 16) : zero;
  let s20 = adds ? v128.load(c2) : zero;
  let s21 = adds ? v128.load(c2, 16) : zero;
  let s30 = adds ? v128.load(c3) : zero;
  let s31 = adds ? v128.load(c3, 16) : zero;
  let s40 = addsTall ? v128.load(c4) : zero;
  let s41 = addsTall ? v128.load(c4, 16) : zero;
  let s50 = addsTall ? v128.load(c5) : zero;
  let s51 = addsTall ? v128.load(c5, 16) : zero;
  let a1 = address(a, min(1, last) * rowA);
  let a2 = address(a, min(2, last) * rowA);
  let a3 = address(a, min(3, last) * rowA);
  let a4 = address(a, min(4, last) * rowA);
  let a5 = address(a, min(5, last) * rowA);
  const stride = (<usize>step) << 2;
  for (let p = 0; p < terms; p++) {
    const right0 = v128.load(b);
    const right1 = v128.load(b, 16);
    let left = v128.load32_splat(a);
    s00 = multiplyAdd(left, right0, s00);
    s01 = multiplyAdd(left, right1, s01);
    left = v128.load32_splat(a1);
    s10 = multiplyAdd(left, right0, s10);
    s11 = multiplyAdd(left, right1, s11);
    left = v128.load32_splat(a2);
    s20 = multiplyAdd(left, right0, s20);
    s21 = multiplyAdd(left, right1, s21);
    left = v128.load32_splat(a3);
    s30 = multiplyAdd(left, right0, s30);
    s31 = multiplyAdd(left, right1, s31);
    if (tileRows > 4) {
      left = v128.load32_splat(a4);
      s40 = multiplyAdd(left, right0, s40);
      s41 = multiplyAdd(left, right1, s41);
      left = v128.load32_splat(a5);
      s50 = multiplyAdd(left, right0, s50);
      s51 = multiplyAdd(left, right1, s51);
      a4 += stride;
      a5 += stride;
    }
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
  if (tileRows > 4) {
    v128.store(c4, s40);
    v128.store(c4, s41, 16);
    v128.store(c5, s50);
    v128.store(c5, s51, 16);
  }
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
