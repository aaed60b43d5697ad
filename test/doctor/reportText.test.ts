import { describe, expect, it } from "vitest";
import { type Finding, isFailure } from "../../src/doctor/findings";
import { bytes, reportLines, reportText, summary } from "../../src/doctor/reportText";

const found: Finding[] = [
  { type: "fact", name: "cores", value: 4 },
  { type: "fact", name: "maxBufferSize", value: 2 ** 30, unit: "bytes" },
  { type: "fact", name: "shader-f16", value: false },
  {
    type: "kernel",
    name: "GatherRows",
    passed: true,
    value: { absolute: 0, relative: 0 },
    tolerance: 0,
    milliseconds: 2.34,
  },
  {
    type: "kernel",
    name: "softmax",
    passed: false,
    value: { absolute: 0.25, relative: 0.125 },
    gradient: { absolute: 3.14e-7, relative: 1e-7 },
    tolerance: 1e-4,
    milliseconds: 10,
    problem: "another value",
  },
  { type: "memory", moment: "before", tensors: 2, usedBytes: 512, allocatedBytes: null },
  { type: "memory", moment: "after", tensors: 2, usedBytes: 16_400, allocatedBytes: 134e6 },
  { type: "verdict", name: "It repeats", passed: true, detail: "0 of 9 differ", numbers: {} },
];

const expected = `What it runs on
  cores                             4
  maxBufferSize                     1.07 GB
  shader-f16                        no

Kernels against the CPU backend
  ok     GatherRows                        value 0, allowed 0, 2.3 ms
  FAILED softmax                           value 2.5e-1 (1.3e-1), gradient 3.1e-7 (1.0e-7), allowed 1e-4, 10.0 ms, another value

Memory of three training steps
  before       2 tensors, 512 B used, allocated: not told
  after        2 tensors, 16.4 kB used, 134 MB allocated

Training
  ok     It repeats: 0 of 9 differ

1 of 3 checks FAILED: softmax.
`;

describe("the report as text", () => {
  it("has a heading for each kind, a line for each finding and the outcome", () => {
    expect(reportText(found)).toBe(expected);
  });

  it("is the same line by line", () => {
    const lines = found.flatMap((finding, index) => reportLines(finding, found[index - 1]));
    expect(expected.startsWith(`${lines.join("\n")}\n`)).toBe(true);
  });

  it("counts only what can fail", () => {
    expect(summary(found.filter((finding) => finding.type === "fact"))).toBe(
      "Nothing was checked.",
    );
    expect(summary(found.filter((finding) => !isFailure(finding)))).toBe("All 2 checks passed.");
  });
});

describe("bytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [134_217_728, "134 MB"],
    [4e9, "4.00 GB"],
  ])("%i is %s", (count, text) => expect(bytes(count)).toBe(text));
});
