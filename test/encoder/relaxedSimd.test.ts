import { setFlagsFromString } from "node:v8";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openBackend } from "../../src/encoder/backend";
import { createRandom } from "../../src/random";
import { nodeWasmPaths, openNodeBackend } from "./builtIn";
import { differences, fusedCases } from "./fusedCases";
import { expectNoLeak } from "./memory";
import { randomTensor } from "./randomTensors";

// Node 20 has relaxed SIMD behind this flag; later ones have it without.
setFlagsFromString("--experimental-wasm-relaxed-simd");

const openedWasm = async () => (await openBackend("wasm", { wasmPaths: nodeWasmPaths })).adapter;

describe("the module of fused kernels", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is the one with relaxed SIMD where the browser runs it", async () => {
    expect(await openedWasm()).toBe("relaxed SIMD, 1 thread");
  });

  it("is the other one where not", async () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValueOnce(false);
    expect(await openedWasm()).toBe("SIMD, 1 thread");
  });
});

/** A product whose sizes leave a part of a tile on every side and take more than one block. */
async function product(transposeA: boolean, transposeB: boolean): Promise<number[]> {
  const [m, k, n] = [70, 390, 19];
  const random = createRandom(6);
  const a = randomTensor(transposeA ? [k, m] : [m, k], random);
  const b = randomTensor(transposeB ? [n, k] : [k, n], random);
  const out = tf.matMul(a, b, transposeA, transposeB);
  const values = [...(await out.data())];
  tf.dispose([a, b, out]);
  return values;
}

describe("with relaxed SIMD", () => {
  beforeAll(() => openNodeBackend("wasm"));

  it.each(fusedCases)("$name, in value and gradients, twice alike", (fusedCase) =>
    expectNoLeak(async () => {
      const found = await differences(fusedCase);
      for (const { of, worst } of found) expect(worst, of).toBeLessThan(2e-5);
      expect(await differences(fusedCase)).toEqual(found);
    }),
  );

  it.each([
    [false, false],
    [false, true],
    [true, false],
  ])("products, transposed %s and %s, twice alike", async (transposeA, transposeB) => {
    const found = await product(transposeA, transposeB);
    expect(await product(transposeA, transposeB)).toEqual(found);
    await openNodeBackend("cpu");
    const expected = await product(transposeA, transposeB);
    await openNodeBackend("wasm");
    for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index]!, 3);
  });
});
