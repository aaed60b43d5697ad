/** @file One AdamW update, number by number; gradients are multiplied by `factor` first. */

import { address, loadUpTo, storeUpTo } from "./lanes";

export function adamW(
  newParameter: usize,
  newFirst: usize,
  newSecond: usize,
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  factor: usize,
  size: i32,
  beta1: f32,
  keep1: f32,
  beta2: f32,
  keep2: f32,
  stepSize: f32,
  scale: f32,
  epsilon: f32,
  decay: f32,
): void {
  const factors = v128.load32_splat(factor);
  for (let i = 0; i < size; i += 4) {
    const left = size - i;
    const g = f32x4.mul(loadUpTo(address(gradient, i), left), factors);
    const m = f32x4.add(
      f32x4.mul(loadUpTo(address(first, i), left), f32x4.splat(beta1)),
      f32x4.mul(g, f32x4.splat(keep1)),
    );
    const v = f32x4.add(
      f32x4.mul(loadUpTo(address(second, i), left), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(keep2)),
    );
    const root = f32x4.mul(f32x4.sqrt(v), f32x4.splat(scale));
    const change = f32x4.div(m, f32x4.add(root, f32x4.splat(epsilon)));
    const decayed = f32x4.mul(loadUpTo(address(parameter, i), left), f32x4.splat(decay));
    const updated = f32x4.sub(decayed, f32x4.mul(change, f32x4.splat(stepSize)));
    storeUpTo(address(newParameter, i), updated, left);
    storeUpTo(address(newFirst, i), m, left);
    storeUpTo(address(newSecond, i), v, left);
  }
}
