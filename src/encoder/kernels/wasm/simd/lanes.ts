/** @file Four numbers at a time, and the fewer that are left at the end of a row. */

/** Address of a float, counted from a pointer. */
export function address(pointer: usize, floats: i32): usize {
  return pointer + ((<usize>floats) << 2);
}

/**
 * a · b + c: rounded once where the module is compiled with relaxed SIMD and the
 * processor fuses the two, else twice. One processor and browser does always the same.
 */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of a vector's four numbers, always in the same order. */
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** The next four numbers; where fewer are `left`, 0 in place of the others. */
export function loadUpTo(pointer: usize, left: i32): v128 {
  return left >= 4 ? v128.load(pointer) : loadPart(pointer, left);
}

/** Stores four numbers, or the first of them where fewer are `left`. */
export function storeUpTo(pointer: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(pointer, v);
  else storePart(pointer, v, left);
}

/** `v` with 0 in the lanes past those that are `left`. */
export function keepUpTo(v: v128, left: i32): v128 {
  return left >= 4 ? v : v128.and(v, firstLanes(left));
}

/** Ones in the bits of the first `left` lanes. */
export function firstLanes(left: i32): v128 {
  return i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3));
}

function loadPart(pointer: usize, left: i32): v128 {
  let v = f32x4.splat(0);
  if (left > 2) v = f32x4.replace_lane(v, 2, load<f32>(pointer, 8));
  if (left > 1) v = f32x4.replace_lane(v, 1, load<f32>(pointer, 4));
  return f32x4.replace_lane(v, 0, load<f32>(pointer));
}

function storePart(pointer: usize, v: v128, left: i32): void {
  store<f32>(pointer, f32x4.extract_lane(v, 0));
  if (left > 1) store<f32>(pointer, f32x4.extract_lane(v, 1), 4);
  if (left > 2) store<f32>(pointer, f32x4.extract_lane(v, 2), 8);
}
