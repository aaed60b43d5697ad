import { address, loadUpTo, sumLanes } from "./lanes";

/** Σ x². */
export function sumSquares(x: usize, size: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < size; i += 4) {
    const v = loadUpTo(address(x, i), size - i);
    sum = f32x4.add(sum, f32x4.mul(v, v));
  }
  return sumLanes(sum);
}
