/** @file The fused kernels on WebGPU, for kernels.test.ts. */

import * as tf from "@tensorflow/tfjs-core";
import { startCounting } from "../../src/doctor/counting";
import { openBackend } from "../../src/encoder/backend";
import { adamWNumbers, plainAdamWNumbers } from "../../src/encoder/kernels/adamW";
import { hasKernel } from "../../src/encoder/kernels/register";
import { plainSumSquares, sumSquares } from "../../src/encoder/kernels/sumSquares";
import { createRandom } from "../../src/random";
import { differences, fusedCases, kernelsOfGradients } from "../encoder/fusedCases";
import { randomTensor } from "../encoder/randomTensors";

const deviceFailures: string[] = [];

const kernels = {
  async open() {
    await openBackend("webgpu", {
      wasmPaths: "",
      onDeviceFailure: (message) => deviceFailures.push(message),
    });
    // Small tensors would run on the CPU and prove nothing of the GPU.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    return tf.getBackend();
  },

  has: (name: string) => hasKernel(name),

  /** Differences of one case, and whether it is the same bit for bit the second time. */
  async differences(name: string) {
    const found = fusedCases.find((fusedCase) => fusedCase.name === name)!;
    const before = tf.memory().numTensors;
    const [first, second] = [await differences(found), await differences(found)];
    const same = JSON.stringify(first) === JSON.stringify(second);
    return {
      found: first,
      same,
      leaked: tf.memory().numTensors - before,
      failures: deviceFailures.splice(0),
    };
  },

  /** What a gradient by each input alone runs. */
  kernelsOfGradients: (name: string) =>
    kernelsOfGradients(fusedCases.find((fusedCase) => fusedCase.name === name)!),

  /**
   * Largest difference of AdamW's numbers, for a size that is a multiple of 4
   * and one that is not, and the GPU programs of the last update.
   */
  async adamW() {
    const random = createRandom(9);
    const factors = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      stepSize: 0.01,
      scale: 1.5,
      decay: 0.99,
    };
    const worst: number[] = [];
    let programs = NaN;
    for (const shape of [
      [5, 3],
      [70, 4],
    ] as [number, number][]) {
      const [parameter, gradient, first, root] = Array.from({ length: 4 }, () =>
        randomTensor(shape, random),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const inputs = {
        parameter,
        gradient,
        first,
        second: tf.square(root),
        factor: tf.scalar(0.3),
      };
      const counting = startCounting();
      const ours = adamWNumbers(inputs, factors);
      programs = counting.stop().dispatches;
      const plain = plainAdamWNumbers(inputs, factors);
      for (const name of ["parameter", "first", "second"] as const) {
        const expected = await plain[name].data();
        for (const [index, value] of (await ours[name].data()).entries()) {
          worst.push(Math.abs(value - expected[index]!));
        }
      }
    }
    return { worst: Math.max(...worst), programs };
  },

  /** Sums of squares of more tensors than one program reads, ours and the plain one. */
  async sumSquares(width: number) {
    const random = createRandom(10);
    const tensors = Array.from({ length: 16 }, (_, index) =>
      randomTensor([1 + 30 * index, width], random),
    );
    const [[ours], [plain]] = await Promise.all([
      sumSquares(tensors).data(),
      plainSumSquares(tensors).data(),
    ]);
    return { ours: ours!, plain: plain! };
  },
};

declare global {
  var kernelChecks: typeof kernels;
}

globalThis.kernelChecks = kernels;
