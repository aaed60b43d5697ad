/**
 * @file Matrix products. A matrix is a pointer and the distance between two of
 * its rows, in floats, so that a head's queries are read where they lie.
 *
 * Both loops keep a small tile of the result in registers: V8 has 15 vector
 * registers to give on x86-64. Every sum is taken in a fixed order.
 */

import { address, sumLanes } from "./lanes";

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
  const block = max(4, (cachedBytes / (4 * k)) & ~3);
  for (let start = 0; start < m; start += block) {
    const end = min(m, start + block);
    for (let j = 0; j < n; j += 2) {
      // At an odd edge the last column is computed twice, to the same bits.
      const next = min(j + 1, n - 1);
      const b0 = address(b, j * strideB);
      const b1 = address(b, next * strideB);
      const bias0: f32 = bias ? load<f32>(address(bias, j)) : 0;
      const bias1: f32 = bias ? load<f32>(address(bias, next)) : 0;
      for (let i = start; i < end; i += 4) {
        dotTile(c, strideC, a, strideA, i, end - 1, b0, b1, j, next, k, bias0, bias1);
      }
    }
  }
}

/** Four rows of a by two rows of b; rows past `last` repeat it. */
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
  let a0 = address(a, i * strideA);
  let a1 = address(a, i1 * strideA);
  let a2 = address(a, i2 * strideA);
  let a3 = address(a, i3 * strideA);
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  for (let p = k >> 2; p > 0; p--) {
    const right0 = v128.load(b0);
    const right1 = v128.load(b1);
    let left = v128.load(a0);
    s00 = f32x4.add(s00, f32x4.mul(left, right0));
    s01 = f32x4.add(s01, f32x4.mul(left, right1));
    left = v128.load(a1);
    s10 = f32x4.add(s10, f32x4.mul(left, right0));
    s11 = f32x4.add(s11, f32x4.mul(left, right1));
    left = v128.load(a2);
    s20 = f32x4.add(s20, f32x4.mul(left, right0));
    s21 = f32x4.add(s21, f32x4.mul(left, right1));
    left = v128.load(a3);
    s30 = f32x4.add(s30, f32x4.mul(left, right0));
    s31 = f32x4.add(s31, f32x4.mul(left, right1));
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
}

/** The products of the last `rest` < 4 numbers of two rows. */
function tail(a: usize, b: usize, rest: i32): f32 {
  let sum: f32 = 0;
  for (let p = 0; p < rest; p++) sum += load<f32>(address(a, p)) * load<f32>(address(b, p));
  return sum;
}
