import { describe, expect, it } from "vitest";
import { NonFiniteLossError } from "../../src/training/train";
import type { Lab } from "../../src/worker/lab";
import { faultOf, RestartLimit } from "../../src/worker/recovery";

const lossOf = (step: number): Error => new NonFiniteLossError(step, 1e-3, NaN);

function labOn(backend: Lab["environment"]["backend"], fault?: string): Lab {
  return { environment: { backend }, device: { fault } } as unknown as Lab;
}

describe("a limit of restarts", () => {
  it("allows two at a step, and two more once the run got further", () => {
    const limit = new RestartLimit();
    expect([4, 4, 4].map((step) => limit.allows(step))).toEqual([true, true, false]);
    expect([5, 5, 5].map((step) => limit.allows(step))).toEqual([true, true, false]);
  });

  it("counts failures at earlier steps than the furthest as no progress", () => {
    const limit = new RestartLimit();
    expect([9, 7, 8].map((step) => limit.allows(step))).toEqual([true, true, false]);
    expect(limit.error(8, "out of memory").message).toMatch(
      /failed 3 times after step 8 and got no further \(out of memory\).*smaller batch/,
    );
  });

  it("allows five where nothing is computed between, as when a laptop is opened and shut", () => {
    const limit = new RestartLimit();
    const five = Array.from({ length: 5 }, () => limit.allowsIdle());
    expect(five).toEqual(Array(5).fill(true));
    expect(limit.allowsIdle()).toBe(false);
    limit.computed();
    expect(limit.allowsIdle()).toBe(true);
  });

  it("blames the run for a loss that is not finite at the same step again", () => {
    const limit = new RestartLimit();
    const errors = [lossOf(5), lossOf(6), lossOf(6), new Error("another")];
    expect(errors.map((error) => limit.isOfTheRun(error))).toEqual([false, false, true, false]);
  });
});

describe("what is wrong with a backend", () => {
  it("is a loss that is not finite on a GPU only: elsewhere the step gives the same again", () => {
    expect(faultOf(lossOf(5), labOn("webgpu"))).toBe("the loss of step 5 was NaN");
    expect(faultOf(lossOf(5), labOn("wasm"))).toBeUndefined();
    expect(faultOf(lossOf(5), labOn("cpu"))).toBeUndefined();
  });

  it("is what the device told, before anything that was thrown because of it", () => {
    expect(faultOf(lossOf(5), labOn("webgpu", "the GPU was lost: unplugged"))).toBe(
      "the GPU was lost: unplugged",
    );
  });

  it.each([
    ["webgpu", new DOMException("unmapped", "AbortError"), "the GPU was lost: unmapped"],
    ["wasm", new DOMException("unmapped", "AbortError"), undefined],
    ["wasm", new RangeError("Array buffer allocation failed"), /^out of memory: Array/],
    ["wasm", new Error("Aborted(OOM)"), /^out of memory: Aborted/],
    ["cpu", new RangeError("batch size 9"), undefined],
  ] as const)("on %s after %s is %s", (backend, error, fault) => {
    const found = faultOf(error, labOn(backend));
    if (fault instanceof RegExp) expect(found).toMatch(fault);
    else expect(found).toBe(fault);
  });
});
