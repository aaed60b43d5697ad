import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryUse, startCounting } from "../../src/doctor/counting";
import { examineTraining } from "../../src/doctor/examineTraining";
import type { Finding } from "../../src/doctor/findings";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";

beforeEach(async () => {
  await openNodeBackend("cpu");
  await openNodeBackend("wasm");
});

async function examined(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of examineTraining("wasm", 1)) findings.push(finding);
  return findings;
}

const failures = (findings: Finding[]): string[] =>
  findings.flatMap((finding) =>
    finding.type === "verdict" && !finding.passed ? [finding.name] : [],
  );

describe("three training steps", () => {
  let restore: (() => void) | undefined;
  afterEach(() => {
    restore?.();
    restore = undefined;
  });

  /** Runs `interfere` after every call of a WASM kernel until the test is over. */
  function interfereWith(kernelName: string, interfere: (output: tf.TensorInfo) => void): void {
    const config = tf.getKernel(kernelName, "wasm");
    tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({
      ...config,
      kernelFunc: (parameters) => {
        const output = config.kernelFunc(parameters) as tf.TensorInfo;
        interfere(output);
        return output;
      },
    });
    restore = () => {
      tf.unregisterKernel(kernelName, "wasm");
      tf.registerKernel(config);
    };
  }
  const scale = (output: tf.TensorInfo, factor: number) => {
    const values = (tf.backend() as BackendWasm).typedArrayFromHeap(output);
    values.forEach((value, place) => (values[place] = value * factor));
  };

  it("are sound, and take memory that is given back", async () => {
    const findings = await expectNoLeak(examined);
    expect(failures(findings)).toEqual([]);
    const memory = findings.filter((finding) => finding.type === "memory");
    expect(memory.map(({ moment }) => moment)).toEqual(["before", "at the peak", "after"]);
    const [before, peak, after] = memory;
    expect(peak!.usedBytes).toBeGreaterThan(before!.usedBytes + 1e6);
    expect(peak!.allocatedBytes).toBeGreaterThan(peak!.usedBytes);
    expect(after).toEqual({ ...before, moment: "after", allocatedBytes: after!.allocatedBytes });
    const verdict = findings.find(
      (finding) => finding.type === "verdict" && finding.name === "A step reads nothing back",
    );
    expect(verdict).toMatchObject({ numbers: { dispatches: 0, readBacks: 0, ofAllSteps: 1 } });
    expect(tf.getBackend()).toBe("wasm");
  });

  it("are told from steps that read a tensor synchronously", async () => {
    interfereWith("Gelu", () => tf.scalar(1).dataSync());
    expect(failures(await examined())).toEqual(["A step reads nothing back"]);
  });

  it("are told from steps whose losses are read more than once", async () => {
    // The losses are stacked, to be read in one transfer.
    interfereWith(tf.Pack, () => {
      const more = tf.scalar(1);
      void more.data();
      more.dispose();
    });
    expect(failures(await examined())).toEqual(["A step reads nothing back"]);
  });

  it("are told from steps that leave tensors behind", async () => {
    const left: tf.Tensor[] = [];
    interfereWith("Gelu", () => left.push(tf.keep(tf.scalar(1))));
    expect(failures(await examined())).toEqual(["No tensor is left behind"]);
    tf.dispose(left);
  });

  it("are told from steps that cannot be repeated", async () => {
    let calls = 0;
    interfereWith("Gelu", (output) => scale(output, 1 + 1e-6 * calls++));
    expect(failures(await examined())).toEqual(["The same seed gives the same bits"]);
  });

  it("are told from steps that compute something else", async () => {
    interfereWith("Gelu", (output) => scale(output, 0.8));
    expect(failures(await examined())).toEqual(["The losses are those of the CPU backend"]);
  });
});

describe("counting", () => {
  it("counts kernels and reads, and stands aside afterwards", async () => {
    const x = tf.tensor1d([1, 2]);
    const counting = startCounting();
    const y = tf.square(x);
    await y.data();
    tf.engine().readSync(y.dataId);
    const { kernels, readBacks, synchronousReadBacks, peak } = counting.stop();
    expect({ kernels, readBacks, synchronousReadBacks }).toEqual({
      kernels: 1,
      readBacks: 1,
      synchronousReadBacks: 1,
    });
    expect(peak.usedBytes).toBe(memoryUse().usedBytes);
    tf.dispose(tf.square(x));
    expect(counting.stop().kernels).toBe(1);
    expect(Object.hasOwn(tf.engine(), "runKernel")).toBe(false);
    tf.dispose([x, y]);
  });
});
