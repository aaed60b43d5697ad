/** @file The doctor's report as text: what the command line prints and the page copies. */

import {
  type Difference,
  type Fact,
  type Finding,
  headings,
  isFailure,
  type MemoryFinding,
} from "./findings";

/** The whole report; its last line says how it went. */
export function reportText(findings: readonly Finding[]): string {
  const lines = findings.flatMap((finding, index) => reportLines(finding, findings[index - 1]));
  return [...lines, "", summary(findings), ""].join("\n");
}

/** The lines of one finding, a heading among them where it is the first of its kind. */
export function reportLines(finding: Finding, previous: Finding | undefined): string[] {
  const heading = headings[finding.type];
  const isFirst = previous === undefined || headings[previous.type] !== heading;
  const space = previous === undefined ? [] : [""];
  return [...(isFirst ? [...space, heading] : []), `  ${findingLine(finding)}`];
}

/** How many checks there were and how many failed. */
export function summary(findings: readonly Finding[]): string {
  const checks = findings.filter((finding) => "passed" in finding);
  const failed = checks.filter(isFailure);
  if (checks.length === 0) return "Nothing was checked.";
  if (failed.length === 0) {
    return checks.length === 1 ? "The only check passed." : `All ${checks.length} checks passed.`;
  }
  const names = failed.map(({ name }) => name).join("; ");
  return `${failed.length} of ${checks.length} checks FAILED: ${names}.`;
}

function findingLine(finding: Finding): string {
  switch (finding.type) {
    case "fact":
      return `${finding.name.padEnd(33)} ${factValue(finding)}`;
    case "memory":
      return memoryLine(finding);
    case "kernel": {
      const { name, passed, value, gradient, tolerance, milliseconds, problem } = finding;
      const parts = [
        value && `value ${differenceText(value)}`,
        gradient && `gradient ${differenceText(gradient)}`,
        `allowed ${toleranceText(tolerance)}`,
        `${milliseconds.toFixed(1)} ms`,
        problem,
      ];
      return `${mark(passed)} ${name.padEnd(33)} ${parts.filter(Boolean).join(", ")}`;
    }
    case "verdict":
      return `${mark(finding.passed)} ${finding.name}: ${finding.detail}`;
  }
}

function mark(passed: boolean): string {
  return passed ? "ok    " : "FAILED";
}

function memoryLine({ moment, tensors, usedBytes, allocatedBytes }: MemoryFinding): string {
  const allocated =
    allocatedBytes === null ? "allocated: not told" : `${bytes(allocatedBytes)} allocated`;
  return `${moment.padEnd(12)} ${tensors} tensors, ${bytes(usedBytes)} used, ${allocated}`;
}

/** A fact as one reads it: `yes`, `1.07 GB`, `256`. */
export function factValue({ value, unit }: Fact): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return unit === "bytes" && typeof value === "number" ? bytes(value) : String(value);
}

/** Absolute, then relative: `3.1e-7 (2.0e-7)`; `0` where there is none. */
export function differenceText({ absolute, relative }: Difference): string {
  return absolute === 0 ? "0" : `${absolute.toExponential(1)} (${relative.toExponential(1)})`;
}

/** `1e-4`; `0` where nothing may differ. */
export function toleranceText(tolerance: number): string {
  return tolerance === 0 ? "0" : tolerance.toExponential();
}

/** `512 B`, `16.4 kB`, `134 MB`, in powers of ten. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const amount = count / 1000 ** power;
  return `${power === 0 ? amount : amount.toPrecision(3)} ${units[power]}`;
}
