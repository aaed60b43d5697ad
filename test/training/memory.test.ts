import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openNodeBackend } from "../encoder/builtIn";
import { memoryCurve } from "./memoryCurve";
import { nodeMemory } from "./nodeMemory";

// bench/memory.mjs runs the same for longer.
const steps = Number(process.env["MEMORY_STEPS"] ?? 200);
const out = process.env["MEMORY_OUT"];

describe.each(["cpu", "wasm"] as const)(`${steps} steps of mixed lengths on %s`, (backend) => {
  beforeAll(() => openNodeBackend(backend));

  it("hold the same tensors and bytes at each checkpoint", async () => {
    const points = await memoryCurve(steps, steps / 20, nodeMemory);
    if (out) writeFileSync(out, JSON.stringify({ points }));
    expect(points).toHaveLength(20);
    expect(new Set(points.map(({ tensors }) => tensors)).size).toBe(1);
    expect(new Set(points.map(({ tensorBytes }) => tensorBytes)).size).toBe(1);
    // The heap of WASM grows to what the longest batch needs, and no further.
    expect(new Set(points.slice(5).map(({ allocatedBytes }) => allocatedBytes)).size).toBe(1);
  });
});
