import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { build } from "vite";
import { assemblyScript } from "../../scripts/assemblyScript.mjs";

const folder = mkdtempSync(join(tmpdir(), "assembly-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The code that a bundle with one AssemblyScript source holds. */
async function bundled(source: string, suffix = "?assemblyscript"): Promise<string> {
  writeFileSync(join(folder, "source.ts"), source);
  writeFileSync(
    join(folder, "entry.js"),
    `import code from "./source.ts${suffix}"; export default code;`,
  );
  const result = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [assemblyScript()],
    build: { write: false, lib: { entry: join(folder, "entry.js"), formats: ["es"] } },
  });
  const [{ output }] = result as unknown as [{ output: { code: string }[] }];
  return output[0]!.code;
}

describe("the AssemblyScript plugin", () => {
  it("makes a module that works on the memory it is given", async () => {
    const code = await bundled(
      "export function double(at: usize): void { store<f32>(at, 2 * load<f32>(at)); }",
    );
    const base64 = /"([A-Za-z0-9+/=]{40,})"|`([A-Za-z0-9+/=]{40,})`/.exec(code);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const bytes = Buffer.from(base64![1] ?? base64![2]!, "base64");
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    new Float32Array(memory.buffer)[3] = 1.25;
    (instance.exports as { double: (at: number) => void }).double(12);
    expect(new Float32Array(memory.buffer)[3]).toBe(2.5);
  });

  it("makes two modules of one source, with and without relaxed SIMD", async () => {
    const source = `export function sum(at: usize): void {
      const v = v128.load(at);
      v128.store(at, ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(v, v, v) : f32x4.add(v, v));
    }`;
    const [plain, relaxed] = [
      await bundled(source),
      await bundled(source, "?assemblyscript=relaxed-simd"),
    ];
    const bytes = (code: string) =>
      Buffer.from(/["`]([A-Za-z0-9+/=]{40,})["`]/.exec(code)![1]!, "base64");
    // The instruction's number in the standard.
    const relaxedMadd = Buffer.of(0xfd, 0x85, 0x02);
    expect(bytes(relaxed).includes(relaxedMadd)).toBe(true);
    expect(bytes(plain).includes(relaxedMadd)).toBe(false);
    expect(WebAssembly.validate(bytes(plain))).toBe(true);
  });

  it("shows the compiler's message", async () => {
    await expect(bundled("export function f(): i32 { return nothing; }")).rejects.toThrow(
      /Cannot find name 'nothing'/,
    );
  });

  it("refuses constants in memory, which would be written over tensors", async () => {
    await expect(
      bundled(
        "const table: i32[] = [1, 2, 3]; export function f(i: i32): i32 { return table[i]; }",
      ),
    ).rejects.toThrow(/needs memory of its own/);
  });
});
