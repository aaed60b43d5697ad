import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { kernelChecks, smallSizes, type KernelCheck } from "../../src/doctor/checks";
import { runCheck } from "../../src/doctor/compare";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";

beforeAll(async () => {
  await openNodeBackend("cpu");
  await openNodeBackend("wasm");
});

const examine = (check: KernelCheck, backend: "cpu" | "wasm" = "wasm") =>
  runCheck(check, { backend, sizes: smallSizes, seed: 1 });

it("has a check for each of our own kernels", () => {
  const names = kernelChecks.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["GatherRows", "SumSegments", "ScatterRows"]));
  expect(new Set(names).size).toBe(names.length);
});

describe.each(kernelChecks)("$name", (check) => {
  afterEach(() => tf.setBackend("wasm"));

  it.each(["wasm", "cpu"] as const)("passes on %s and leaves no tensor", async (backend) => {
    const finding = await expectNoLeak(() => examine(check, backend));
    expect(finding).toMatchObject({ passed: true, name: check.name });
    expect(finding.problem).toBeUndefined();
    expect(tf.getBackend()).toBe(backend);
  });

  it("compares numbers that are not all nothing", async () => {
    await tf.setBackend("cpu");
    const { outputs, gradients } = await check.prepare(1, smallSizes)();
    for (const { values } of [...outputs, ...gradients]) {
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0);
    }
  });

  it("fails for each kernel it uses when that kernel is wrong", async () => {
    await tf.setBackend("wasm");
    const kernels = await kernelsOf(check);
    expect(kernels.length).toBeGreaterThan(0);
    for (const kernel of kernels) {
      const finding = await withBrokenKernel(kernel, () => examine(check));
      expect(finding.passed, `with a broken ${kernel}`).toBe(false);
      expect(finding.problem).toBeDefined();
    }
  });
});

/**
 * Kernels that need not be right: three give back what they were given, and the
 * maximum of a softmax is only subtracted, so that no exponential overflows.
 */
const harmless = ["Reshape", "Identity", "ExpandDims", "Max"];

async function kernelsOf(check: KernelCheck): Promise<string[]> {
  const engine = tf.engine();
  const used = new Set<string>();
  const original = engine.runKernel.bind(engine);
  engine.runKernel = (name, inputs, attributes) => {
    used.add(name);
    return original(name, inputs, attributes);
  };
  try {
    await check.prepare(1, smallSizes)();
  } finally {
    Reflect.deleteProperty(engine, "runKernel");
  }
  return [...used].filter((name) => !harmless.includes(name));
}

/** Runs `use` with a kernel of the WASM backend whose first number is wrong. */
async function withBrokenKernel<T>(kernelName: string, use: () => Promise<T>): Promise<T> {
  const config = tf.getKernel(kernelName, "wasm");
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...config,
    kernelFunc: (parameters) => {
      const output = config.kernelFunc(parameters);
      const backend = parameters.backend as BackendWasm;
      const { inputs } = parameters;
      // ScatterRows writes into its table and gives nothing back.
      const written = (
        inputs["table"] && inputs["rows"] ? inputs["table"] : output
      ) as tf.TensorInfo;
      const values = backend.typedArrayFromHeap(written);
      values[0] = written.dtype === "bool" ? 1 - values[0]! : values[0]! + 0.5;
      return output;
    },
  });
  try {
    return await use();
  } finally {
    tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel(config);
  }
}
