import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Runs `use` and expects as many tensors after it as before. */
export async function expectNoLeak<T>(use: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await use();
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

/** As above, for what is expected to throw. */
export async function expectCleanFailure(
  use: () => unknown,
  message: RegExp | string,
): Promise<void> {
  await expectNoLeak(async () => {
    await expect((async () => await use())()).rejects.toThrow(message);
  });
}
