import type { KernelCheck } from "./check";
import { layerChecks } from "./layers";
import { productChecks } from "./products";
import { rowChecks } from "./rows";
import { trainingChecks } from "./training";

export { encoderSizes, smallSizes, type CheckSizes, type KernelCheck } from "./check";

/** Every operation that is compared, in the order of the report; a new kernel is a new entry. */
export const kernelChecks: readonly KernelCheck[] = [
  ...rowChecks,
  ...productChecks,
  ...layerChecks,
  ...trainingChecks,
];
