/**
 * @file Vite plugin: `import code from "./index.ts?assemblyscript"` gives the
 * WebAssembly module that AssemblyScript makes of the file, as base64;
 * `?assemblyscript=relaxed-simd` one that may use the instructions of that name.
 */

import { readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import asc from "assemblyscript/asc";

/** What follows the name of a file, and the compiler's options for it. */
const suffixes = new Map([
  ["?assemblyscript", []],
  ["?assemblyscript=relaxed-simd", ["--enable", "relaxed-simd"]],
]);

/** @param {string} id @returns {[file: string, suffix: string] | undefined} */
function split(id) {
  const query = id.indexOf("?");
  const suffix = id.slice(query);
  return query > 0 && suffixes.has(suffix) ? [id.slice(0, query), suffix] : undefined;
}

/** @returns {import("vite").Plugin} */
export function assemblyScript() {
  return {
    name: "assemblyscript",
    enforce: "pre",
    resolveId(source, importer) {
      if (split(source) === undefined || importer === undefined) return undefined;
      return resolve(dirname(importer), source);
    },
    async load(id) {
      const parts = split(id);
      if (parts === undefined) return undefined;
      const { binary, sources } = await compileOnce(...parts);
      for (const source of sources) this.addWatchFile(source);
      return `export default "${Buffer.from(binary).toString("base64")}";`;
    },
  };
}

/** @typedef {{ binary: Uint8Array, sources: string[] }} Compiled */

/** What is compiled, by entry and suffix: page and workers are bundled apart, and each asks for it. */
const known = /** @type {Map<string, Compiled & { newest: number }>} */ (new Map());

/** @param {string} entry @param {string} suffix @returns {Promise<Compiled>} */
async function compileOnce(entry, suffix) {
  const newest = (/** @type {string[]} */ sources) =>
    Math.max(...sources.map((source) => statSync(source).mtimeMs));
  const before = known.get(entry + suffix);
  if (before && newest(before.sources) === before.newest) return before;
  const compiled = await compile(entry, suffixes.get(suffix) ?? []);
  known.set(entry + suffix, { ...compiled, newest: newest(compiled.sources) });
  return compiled;
}

/**
 * A module without memory of its own: it works on the memory that it is given,
 * and nothing but its arguments says where.
 *
 * @param {string} entry path of a source file
 * @param {string[]} options of the compiler, beside those that all modules share
 * @returns {Promise<Compiled>}
 * @throws {Error} with the compiler's messages
 */
async function compile(entry, options) {
  const folder = dirname(entry);
  const sources = [entry];
  /** @type {Uint8Array | undefined} */
  let binary;
  let text = "";
  const { error, stderr } = await asc.main(
    [
      relative(folder, entry),
      ...["--outFile", "module.wasm", "--textFile", "module.wat"],
      ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort="],
      ...options,
      ...["--enable", "simd", "--importMemory", "--initialMemory", "0"],
      // Vectors cannot cross into JavaScript; none is asked to.
      ...["--disableWarning", "112"],
    ],
    {
      readFile(name) {
        const path = resolve(folder, name);
        try {
          const source = readFileSync(path, "utf8");
          sources.push(path);
          return source;
        } catch {
          return null; // The compiler asks for a name in several places.
        }
      },
      writeFile(name, contents) {
        if (name === "module.wasm") binary = /** @type {Uint8Array} */ (contents);
        else text = String(contents);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) {
    throw new Error(`${entry} does not compile:\n${stderr.toString()}`, { cause: error });
  }
  // Constants in memory would be written over that of whom it belongs to.
  if (/^ *\(data /m.test(text)) throw new Error(`${entry} needs memory of its own`);
  return { binary, sources };
}
