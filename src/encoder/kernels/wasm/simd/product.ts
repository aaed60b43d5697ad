/**
 * @file Matrix products. A matrix is a pointer and the distance between two of
 * its rows, in floats, so that a head's queries are read where they lie.
 *
 * Both loops keep a small tile of the result in registers: V8 has 15 vector
 * registers to give on x86-64. Every sum is taken in a fixed order.
 */

import { address, multiplyAdd, sumLanes } from "./lanes";

/**
 * Rows of the tile in registers, of two vectors each. A product that is fused with
 * its sum takes no register, which leaves room for two rows more; without, they
 * would not fit, at half the speed.
 */
export const tileRows: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** Bytes of the left matrix that stay in the first-level cache while the right one passes by. */
const cachedBytes: i32 = 24576;

/**
 * c = a · bᵀ + bias: dot products of rows, so neither matrix is copied.
 *
 * @param a [m, k] @param b [n, k] @param bias [n], or 0 for none @param c [m, n]
 */
export function productTransposed(
  c: usize,
  strideC: i32,
  a: usize,
  strideA: i32,
  b: usize,
  strideB: i32,
  m: i32,
  n: i32,
  k: i32,
  bias: usize,
): void {
  const block = tileRows * max(1, cachedBytes / (4 * k * tileRows));
  for (let start = 0; start < m; start += block) {
    const end = min(m, start + block);
    for (let j = 0; j < n; j += 2) {
      // At an odd edge the last column is computed twice, to the same bits.
      const next = min(j + 1, n - 1);
      const b0 = address(b, j * strideB);
      const b1 = address(b, next * strideB);
      const bias0: f32 = bias ? load<f32>(address(bias, j)) : 0;
      const bias1: f32 = bias ? load<f32>(address(bias, next)) : 0;
      for (let i = start; i < end; i += tileRows) {
        dotTile(c, strideC, a, strideA, i, end - 1, b0, b1, j, next, k, bias0, bias1);
      }
    }
  }
}

/** `tileRows` rows of a by two rows of b; rows past `last` repeat it. */
function dotTile(
  c: usize,
  strideC: i32,
  a: usize,
  strideA: i32,
  i: i32,
  last: i32,
  b0: usize,
  b1: usize,
  j: i32,
  next: i32,
  k: i32,
  bias0: f32,
  bias1: f32,
): void {
  const i1 = min(i + 1, last);
  const i2 = min(i + 2, last);
  const i3 = min(i + 3, last);
  const i4 = min(i + 4, last);
  const i5 = min(i + 5, last);
  let a0 = address(a, i * strideA);
  let a1 = address(a, i1 * strideA);
  let a2 = address(a, i2 * strideA);
  let a3 = address(a, i3 * strideA);
  let a4 = address(a, i4 * strideA);
  let a5 = address(a, i5 * strideA);
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  let s40 = f32x4.splat(0);
  let s41 = f32x4.splat(0);
  let s50 = f32x4.splat(0);
  let s51 = f32x4.splat(0);
  for (let p = k >> 2; p > 0; p--) {
    const right0 = v128.load(b0);
    const right1 = v128.load(b1);
    let left = v128.load(a0);
    s00 = multiplyAdd(left, right0, s00);
    s01 = multiplyAdd(left, right1, s01);
    left = v128.load(a1);
    s10 = multiplyAdd(left, right0, s10);
    s11 = multiplyAdd(left, right1, s11);
    left = v128.load(a2);
    s20 = multiplyAdd(left, right0, s20);
    s21 = multiplyAdd(left, right1, s21);
    left = v128.load(a3);
    s30 = multiplyAdd(left, right0, s30);
    s31 = multiplyAdd(left, right1, s31);
    if (tileRows > 4) {
      left = v128.load(a4);
      s40 = multiplyAdd(left, right0, s40);
      s41 = multiplyAdd(left, right1, s41);
      left = v128.load(a5);
      s50 = multiplyAdd(left, right0, s50);
      s51 = multiplyAdd(left, right1, s51);
      a4 += 16;
      a5 += 16;
    }
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b0 += 16;
    b1 += 16;
  }
  const rest = k & 3;
  store<f32>(address(c, i * strideC + j), sumLanes(s00) + tail(a0, b0, rest) + bias0);
  store<f32>(address(c, i * strideC + next), sumLanes(s01) + tail(a0, b1, rest) + bias1);
  store<f32>(address(c, i1 * strideC + j), sumLanes(s10) + tail(a1, b0, rest) + bias0);
  store<f32>(address(c, i1 * strideC + next), sumLanes(s11) + tail(a1, b1, rest) + bias1);
  store<f32>(address(c, i2 * strideC + j), sumLanes(s20) + tail(a2, b0, rest) + bias0);
  store<f32>(address(c, i2 * strideC + next), sumLanes(s21) + tail(a2, b1, rest) + bias1);
  store<f32>(address(c, i3 * strideC + j), sumLanes(s30) + tail(a3, b0, rest) + bias0);
  store<f32>(address(c, i3 * strideC + next), sumLanes(s31) + tail(a3, b1, rest) + bias1);
  if (tileRows > 4) {
    store<f32>(address(c, i4 * strideC + j), sumLanes(s40) + tail(a4, b0, rest) + bias0);
    store<f32>(address(c, i4 * strideC + next), sumLanes(s41) + tail(a4, b1, rest) + bias1);
    store<f32>(address(c, i5 * strideC + j), sumLanes(s50) + tail(a5, b0, rest) + bias0);
    store<f32>(address(c, i5 * strideC + next), sumLanes(s51) + tail(a5, b1, rest) + bias1);
  }
}

/** The products of the last `rest` < 4 numbers of two rows. */
function tail(a: usize, b: usize, rest: i32): f32 {
  let sum: f32 = 0;
  for (let p = 0; p < rest; p++) sum += load<f32>(address(a, p)) * load<f32>(address(b, p));
  return sum;
}
