/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("the mean of 0 values is not defined");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
