/** @file The exponential function of four numbers, by Cephes's polynomial: within two units in the last place. */

import { multiplyAdd } from "./lanes";

/** e^x for x ≤ 88; 0 where it would be below the smallest normal number. */
export function exponential(x: v128): v128 {
  const isNormal = f32x4.gt(x, f32x4.splat(-87));
  const clamped = f32x4.max(x, f32x4.splat(-87));
  // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits.
  const shifter = f32x4.splat(12582912);
  const shifted = multiplyAdd(clamped, f32x4.splat(1.4426950408889634), shifter);
  const n = f32x4.sub(shifted, shifter);
  // ln 2 in two parts, so that n times the first is exact.
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), clamped);
  r = multiplyAdd(n, f32x4.splat(2.1219444e-4), r);
  let p = f32x4.splat(1.98756915e-4);
  p = multiplyAdd(p, r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = multiplyAdd(f32x4.mul(p, r), r, f32x4.add(r, f32x4.splat(1)));
  // 2ⁿ times p: n is added to the exponent's bits.
  return v128.and(i32x4.add(p, i32x4.shl(shifted, 23)), isNormal);
}
