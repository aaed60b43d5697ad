/**
 * @file Attention, head by head. Queries, keys and values lie side by side in
 * one matrix [rows·length, 3·width], as their common product leaves them.
 */

import { exponential } from "./exponential";
import { address, firstLanes, keepUpTo, loadUpTo, storeUpTo, sumLanes } from "./lanes";
import { product, productScratch } from "./productOuter";
import { productTransposed } from "./product";

/** Floats of scratch memory that both functions below need. */
export function attentionScratch(length: i32, size: i32): i32 {
  return length * length + max(productScratch(size, length), productScratch(length, size));
}

/**
 * out = softmax(q · kᵀ / √size + bias) · v for each row and head.
 *
 * @param bias [rows, length], added to each key's similarity
 * @param probabilities [rows, heads, length, length], kept for the gradient; or 0
 * @param out [rows·length, width]
 */
export function attention(
  out: usize,
  probabilities: usize,
  projected: usize,
  bias: usize,
  rows: i32,
  length: i32,
  heads: i32,
  size: i32,
  scratch: usize,
): void {
  const width = heads * size;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>size);
  const square = length * length;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const q = address(projected, row * length * 3 * width + head * size);
      const k = address(q, width);
      const v = address(k, width);
      const p = probabilities ? address(probabilities, (row * heads + head) * square) : scratch;
      productTransposed(p, length, q, 3 * width, k, 3 * width, length, length, size, 0);
      softmaxRows(p, address(bias, row * length), length, scale);
      const to = address(out, row * length * width + head * size);
      const rest = address(scratch, square);
      product(to, width, p, length, 1, v, 3 * width, length, size, length, rest, false);
    }
  }
}

/**
 * Gradient by `projected`, from that by `out` and the probabilities.
 *
 * @param dProjected [rows·length, 3·width] @param dOut [rows·length, width]
 */
export function attentionGradient(
  dProjected: usize,
  dOut: usize,
  probabilities: usize,
  projected: usize,
  rows: i32,
  length: i32,
  heads: i32,
  size: i32,
  scratch: usize,
): void {
  const width = heads * size;
  const stride = 3 * width;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>size);
  const square = length * length;
  const rest = address(scratch, square);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const start = row * length * stride + head * size;
      const q = address(projected, start);
      const k = address(q, width);
      const v = address(k, width);
      const dq = address(dProjected, start);
      const dk = address(dq, width);
      const dv = address(dk, width);
      const p = address(probabilities, (row * heads + head) * square);
      const above = address(dOut, row * length * width + head * size);
      product(dv, stride, p, 1, length, above, width, length, size, length, rest, false);
      productTransposed(scratch, length, above, width, v, stride, length, length, size, 0);
      softmaxGradientRows(scratch, p, length, scale);
      product(dq, stride, scratch, length, 1, k, stride, length, size, length, rest, false);
      product(dk, stride, scratch, 1, length, q, stride, length, size, length, rest, false);
    }
  }
}

/** Each row of `s` [length, length] becomes softmax(scale · s + bias). */
function softmaxRows(s: usize, bias: usize, length: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  for (let row = 0; row < length; row++, s = address(s, length)) {
    let most = f32x4.splat(-f32.MAX_VALUE);
    for (let i = 0; i < length; i += 4) {
      const left = length - i;
      const scaled = f32x4.mul(loadUpTo(address(s, i), left), scales);
      const logit = f32x4.add(scaled, loadUpTo(address(bias, i), left));
      storeUpTo(address(s, i), logit, left);
      // A 0 past the end would be the maximum where all logits are far below it.
      const present = left >= 4 ? logit : v128.bitselect(logit, most, firstLanes(left));
      most = f32x4.max(most, present);
    }
    const highest = f32x4.splat(maxLane(most));
    let sum = f32x4.splat(0);
    for (let i = 0; i < length; i += 4) {
      const left = length - i;
      const e = exponential(f32x4.sub(loadUpTo(address(s, i), left), highest));
      storeUpTo(address(s, i), e, left);
      sum = f32x4.add(sum, keepUpTo(e, left));
    }
    const share = f32x4.splat(<f32>1 / sumLanes(sum));
    for (let i = 0; i < length; i += 4) {
      const left = length - i;
      storeUpTo(address(s, i), f32x4.mul(loadUpTo(address(s, i), left), share), left);
    }
  }
}

/** Each row of `d` becomes scale · p ∘ (d − Σ p ∘ d): back through the softmax and the scale. */
function softmaxGradientRows(d: usize, p: usize, length: i32, scale: f32): void {
  for (let row = 0; row < length; row++, d = address(d, length), p = address(p, length)) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < length; i += 4) {
      const left = length - i;
      const both = f32x4.mul(loadUpTo(address(d, i), left), loadUpTo(address(p, i), left));
      sum = f32x4.add(sum, both);
    }
    const along = f32x4.splat(sumLanes(sum));
    for (let i = 0; i < length; i += 4) {
      const left = length - i;
      const apart = f32x4.sub(loadUpTo(address(d, i), left), along);
      const scaled = f32x4.mul(loadUpTo(address(p, i), left), f32x4.splat(scale));
      storeUpTo(address(d, i), f32x4.mul(apart, scaled), left);
    }
  }
}

function maxLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}
