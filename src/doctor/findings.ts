/** @file What the doctor finds, as plain data: it crosses from the worker to the page, and into files. */

/** How far two results lie apart. */
export interface Difference {
  /** The largest difference of two numbers. */
  absolute: number;
  /** The same as a share of the largest number of the reference. */
  relative: number;
}

/** Something that is so; it can neither pass nor fail. */
export interface Fact {
  type: "fact";
  name: string;
  value: string | number | boolean;
  /** Of a number; without it, a count. */
  unit?: "bytes";
}

/** An operation on this backend against the same on the CPU backend. */
export interface KernelFinding {
  type: "kernel";
  name: string;
  passed: boolean;
  /** Absent where it did not come to a value. */
  value?: Difference;
  /** Absent where the operation has none, or did not come to it. */
  gradient?: Difference;
  /** The largest relative difference that passes. */
  tolerance: number;
  /** Value, gradient and reading both back, the programs compiled before. */
  milliseconds: number;
  /** Why it failed, where the differences do not say. */
  problem?: string;
}

/** What tensors take, at one moment of the training steps. */
export interface MemoryFinding {
  type: "memory";
  moment: "before" | "at the peak" | "after";
  tensors: number;
  usedBytes: number;
  /** What the backend holds for them, its pool included; null where it cannot tell. */
  allocatedBytes: number | null;
}

/** A statement that holds or does not. */
export interface Verdict {
  type: "verdict";
  name: string;
  passed: boolean;
  detail: string;
  /** What it was judged by. */
  numbers: Record<string, number>;
}

export type Finding = Fact | KernelFinding | MemoryFinding | Verdict;

/** Headings of the report, in its order. */
export const headings: Record<Finding["type"], string> = {
  fact: "What it runs on",
  kernel: "Kernels against the CPU backend",
  memory: "Memory of three training steps",
  verdict: "Training",
};

export function isFailure(finding: Finding): boolean {
  return "passed" in finding && !finding.passed;
}
