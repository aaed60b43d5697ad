/** @file Layer normalisation of a sum, and its gradients. */

import { address, keepUpTo, loadUpTo, storeUpTo, sumLanes } from "./lanes";

/**
 * out = norm(x + residual) · weight + bias, row by row.
 *
 * @param x [rows, width] @param residual [residualRows, width], repeated
 */
export function addLayerNorm(
  out: usize,
  x: usize,
  residual: usize,
  residualRows: i32,
  weight: usize,
  bias: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  for (let row = 0; row < rows; row++) {
    const to = address(out, row * width);
    const other = address(residual, (row % residualRows) * width);
    const mean = center(to, address(x, row * width), other, width);
    const scale = f32x4.splat(inverseDeviation(to, mean, width, epsilon));
    for (let i = 0; i < width; i += 4) {
      const left = width - i;
      const normalized = f32x4.mul(f32x4.sub(loadUpTo(address(to, i), left), mean), scale);
      const scaled = f32x4.mul(normalized, loadUpTo(address(weight, i), left));
      storeUpTo(address(to, i), f32x4.add(scaled, loadUpTo(address(bias, i), left)), left);
    }
  }
}

/** The gradient of `addLayerNorm` by its input; x and the residual share it. */
export function addLayerNormGradient(
  dx: usize,
  dy: usize,
  x: usize,
  residual: usize,
  residualRows: i32,
  weight: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  for (let row = 0; row < rows; row++) {
    const to = address(dx, row * width);
    const above = address(dy, row * width);
    const other = address(residual, (row % residualRows) * width);
    const mean = center(to, address(x, row * width), other, width);
    const scale = f32x4.splat(inverseDeviation(to, mean, width, epsilon));
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let i = 0; i < width; i += 4) {
      const left = width - i;
      const normalized = f32x4.mul(f32x4.sub(loadUpTo(address(to, i), left), mean), scale);
      const gradient = loadUpTo(address(above, i), left);
      const scaled = f32x4.mul(gradient, loadUpTo(address(weight, i), left));
      sum = f32x4.add(sum, scaled);
      product = f32x4.add(product, f32x4.mul(scaled, normalized));
      storeUpTo(address(to, i), normalized, left);
    }
    const share: f32 = <f32>1 / <f32>width;
    const meanSum = f32x4.splat(sumLanes(sum) * share);
    const meanProduct = f32x4.splat(sumLanes(product) * share);
    for (let i = 0; i < width; i += 4) {
      const left = width - i;
      const scaled = f32x4.mul(
        loadUpTo(address(above, i), left),
        loadUpTo(address(weight, i), left),
      );
      const along = f32x4.mul(loadUpTo(address(to, i), left), meanProduct);
      const gradient = f32x4.mul(f32x4.sub(f32x4.sub(scaled, meanSum), along), scale);
      storeUpTo(address(to, i), gradient, left);
    }
  }
}

/**
 * The gradient of `addLayerNorm` by its weight, summed from the first row to the last.
 *
 * @param scratch of a row's size
 */
export function layerNormWeightGradient(
  dWeight: usize,
  dy: usize,
  x: usize,
  residual: usize,
  residualRows: i32,
  rows: i32,
  width: i32,
  epsilon: f32,
  scratch: usize,
): void {
  memory.fill(dWeight, 0, (<usize>width) << 2);
  for (let row = 0; row < rows; row++) {
    const above = address(dy, row * width);
    const other = address(residual, (row % residualRows) * width);
    const mean = center(scratch, address(x, row * width), other, width);
    const scale = f32x4.splat(inverseDeviation(scratch, mean, width, epsilon));
    for (let i = 0; i < width; i += 4) {
      const left = width - i;
      const normalized = f32x4.mul(f32x4.sub(loadUpTo(address(scratch, i), left), mean), scale);
      const byWeight = f32x4.mul(loadUpTo(address(above, i), left), normalized);
      addTo(address(dWeight, i), byWeight, left);
    }
  }
}

/** Writes the sum of a row of x and one of the residual; → its mean, in every lane. */
function center(to: usize, x: usize, residual: usize, width: i32): v128 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < width; i += 4) {
    const left = width - i;
    const v = f32x4.add(loadUpTo(address(x, i), left), loadUpTo(address(residual, i), left));
    storeUpTo(address(to, i), v, left);
    sum = f32x4.add(sum, v);
  }
  return f32x4.splat(sumLanes(sum) / <f32>width);
}

/** 1 / √(variance + epsilon) of a row. */
function inverseDeviation(row: usize, mean: v128, width: i32, epsilon: f32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < width; i += 4) {
    const left = width - i;
    const centered = keepUpTo(f32x4.sub(loadUpTo(address(row, i), left), mean), left);
    sum = f32x4.add(sum, f32x4.mul(centered, centered));
  }
  return <f32>1 / sqrt<f32>(sumLanes(sum) / <f32>width + epsilon);
}

function addTo(pointer: usize, v: v128, left: i32): void {
  storeUpTo(pointer, f32x4.add(loadUpTo(pointer, left), v), left);
}
