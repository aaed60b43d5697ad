import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { kernelChecks, smallSizes } from "../../src/doctor/checks";
import { examine } from "../../src/doctor/examine";
import { type Fact, type Finding, isFailure } from "../../src/doctor/findings";
import { machineFacts } from "../../src/doctor/machine";
import type { BackendName } from "../../src/encoder/backend";
import { nodeWasmPaths, openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";

async function examined(backend: "auto" | BackendName): Promise<Finding[]> {
  const findings: Finding[] = [];
  const options = { backend, wasmPaths: nodeWasmPaths, sizes: smallSizes, seed: 1 };
  for await (const finding of examine(options)) findings.push(finding);
  return findings;
}

const valueOf = (findings: readonly Finding[], name: string): Fact["value"] | undefined =>
  findings.find((finding): finding is Fact => finding.type === "fact" && finding.name === name)
    ?.value;

afterEach(() => vi.unstubAllGlobals());

describe("the doctor under Node", () => {
  beforeAll(() => openNodeBackend("cpu"));

  it.each(["wasm", "cpu"] as const)("finds %s sound and leaves no tensor", async (backend) => {
    const flag = tf.env().getBool("WEBGPU_CPU_FORWARD");
    const findings = await expectNoLeak(() => examined(backend));
    expect(findings.filter(isFailure)).toEqual([]);
    const kernels = findings.filter(({ type }) => type === "kernel");
    expect(kernels).toHaveLength(kernelChecks.length);
    const types = findings.map(({ type }) => type);
    expect([...new Set(types)]).toEqual(["fact", "kernel", "memory", "verdict"]);
    expect(valueOf(findings, "backend")).toMatch(new RegExp(`^${backend}: `));
    expect(tf.getBackend()).toBe(backend);
    expect(tf.env().getBool("WEBGPU_CPU_FORWARD")).toBe(flag);
  });

  it("says why the fastest backend is not taken", async () => {
    expect(valueOf(await examined("auto"), "why")).toBe("this browser has no WebGPU");
  });

  it("reports a backend that is not there, and ends", async () => {
    const findings = await examined("webgpu");
    expect(findings.at(-1)).toMatchObject({
      type: "verdict",
      passed: false,
      detail: expect.stringContaining("this browser has no WebGPU") as string,
    });
    expect(findings.filter(({ type }) => type === "kernel")).toEqual([]);
  });
});

describe("the facts of a machine", () => {
  it("name the adapter, its features and its limits", async () => {
    const adapter = {
      info: {
        vendor: "acme",
        architecture: "gen-3",
        device: "",
        description: "Acme 3",
        isFallbackAdapter: false,
      },
      features: new Set(["shader-f16"]),
      limits: { maxBufferSize: 2 ** 31, maxComputeWorkgroupSizeX: 1024 },
    };
    vi.stubGlobal("navigator", {
      userAgent: "test",
      hardwareConcurrency: 8,
      deviceMemory: 4,
      gpu: { requestAdapter: () => Promise.resolve(adapter) },
    });
    const facts = await machineFacts();
    expect(valueOf(facts, "cores")).toBe(8);
    expect(valueOf(facts, "device memory")).toBe("4 GB, rounded");
    expect(valueOf(facts, "WebGPU vendor")).toBe("acme");
    expect(valueOf(facts, "WebGPU device")).toBe("not told");
    expect(valueOf(facts, "WebGPU fallback adapter")).toBe(false);
    expect(valueOf(facts, "shader-f16")).toBe(true);
    expect(valueOf(facts, "subgroups")).toBe(false);
    expect(facts).toContainEqual({
      type: "fact",
      name: "maxBufferSize",
      value: 2 ** 31,
      unit: "bytes",
    });
    expect(valueOf(facts, "maxComputeWorkgroupSizeX")).toBe(1024);
  });

  it("say where there is no adapter", async () => {
    vi.stubGlobal("navigator", { gpu: { requestAdapter: () => Promise.resolve(null) } });
    expect(valueOf(await machineFacts(), "WebGPU")).toBe("no adapter");
  });
});
