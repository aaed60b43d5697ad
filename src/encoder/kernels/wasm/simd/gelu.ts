/** @file GELU with the error function, x·Φ(x), and its gradient. */

import { exponential } from "./exponential";
import { address, loadUpTo, multiplyAdd, storeUpTo } from "./lanes";

/** e^(−x²/2), which Φ and its derivative share. */
function bell(x: v128): v128 {
  return exponential(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
}

/** Φ(x) by Abramowitz and Stegun's formula 7.1.26, as tfjs's `erf`; within 1e-7. */
function normalDistribution(x: v128, bell: v128): v128 {
  const one = f32x4.splat(1);
  const z = f32x4.mul(f32x4.abs(x), f32x4.splat(0.7071067811865476));
  const t = f32x4.div(one, multiplyAdd(z, f32x4.splat(0.3275911), one));
  let p = f32x4.splat(1.061405429);
  p = multiplyAdd(p, t, f32x4.splat(-1.453152027));
  p = multiplyAdd(p, t, f32x4.splat(1.421413741));
  p = multiplyAdd(p, t, f32x4.splat(-0.284496736));
  p = multiplyAdd(p, t, f32x4.splat(0.254829592));
  const beyond = f32x4.mul(f32x4.mul(f32x4.mul(p, t), bell), f32x4.splat(0.5)); // 1 − Φ(|x|)
  return v128.bitselect(beyond, f32x4.sub(one, beyond), f32x4.lt(x, f32x4.splat(0)));
}

export function gelu(out: usize, x: usize, size: i32): void {
  for (let i = 0; i < size; i += 4) {
    const v = loadUpTo(address(x, i), size - i);
    const y = f32x4.mul(v, normalDistribution(v, bell(v)));
    storeUpTo(address(out, i), y, size - i);
  }
}

/** dx = dy · (Φ(x) + x·φ(x)). */
export function geluGradient(dx: usize, dy: usize, x: usize, size: i32): void {
  for (let i = 0; i < size; i += 4) {
    const v = loadUpTo(address(x, i), size - i);
    const b = bell(v);
    const density = f32x4.mul(b, f32x4.splat(0.3989422804014327));
    const slope = multiplyAdd(v, density, normalDistribution(v, b));
    const gradient = f32x4.mul(loadUpTo(address(dy, i), size - i), slope);
    storeUpTo(address(dx, i), gradient, size - i);
  }
}
