/**
 * @file Our training step against the plain tfjs composition on WASM, against
 * PyTorch on the same core, by the size of the vocabulary, and in programs on WebGPU.
 * With --backend webgpu, in time and memory on the GPU instead, by the size of a batch.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fail, root } from "../scripts/install.mjs";
import { machine, printTable } from "./openPage.mjs";
import { memoryOf, onBackend } from "./trainPage.mjs";
import { trainOnWebgpu } from "./trainWebgpu.mjs";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    /** Pairs x tokens of a query + of a passage; with --backend webgpu. */
    shapes: { type: "string", default: "32x16+64,32x16+128,64x16+128" },
    rounds: { type: "string", default: "5" },
    /** A Python with torch and transformers; without it, that row is left out. */
    python: { type: "string" },
    /** The folder `dist` of an installed @jax-js/jax; likewise. */
    jax: { type: "string" },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const config = JSON.parse(readFileSync(`${root}public/encoder/config.json`, "utf8"));
const sizes = { pairs: 32, queryLength: 16, passageLength: 64, config };

if (options.backend === "webgpu") {
  process.exit(await trainOnWebgpu({ ...options, rounds, config }));
}
if (options.backend !== "wasm") fail(`--backend ${options.backend}: not one of wasm, webgpu`);

const wasm = await onBackend("wasm", (page) =>
  page.evaluate(
    ([given, times]) => globalThis.trainBench.compare(given, times, true),
    /** @type {const} */ ([sizes, rounds]),
  ),
);
console.log(`${new Date().toISOString()}, ${machine()}, ${wasm.browser}`);
console.log(`tfjs ${wasm.opened.tfjs} (${wasm.opened.adapter})\n`);
const jax = options.jax
  ? await onBackend(
      "wasm",
      (page) =>
        page.evaluate(
          ([given, times]) => globalThis.trainBench.jax("/jax/index.js", given, times),
          /** @type {const} */ ([sizes, rounds]),
        ),
      { "/jax": options.jax },
    )
  : undefined;
const pytorch = options.python ? runPytorch(options.python) : undefined;
const { least, losses } = wasm.result;
printTable(
  ["a step of 32 pairs, 16 + 64 tokens", "ms", "against ours"],
  [
    ["plain tfjs composition, WASM", least.plain],
    ["ours, WASM", least.ours],
    ...(jax ? [["jax-js, WASM, 1 thread", jax.result.milliseconds]] : []),
    ...(pytorch ? [[`PyTorch ${pytorch.version}, 1 thread`, pytorch.milliseconds]] : []),
  ].map(([name, ms]) => [
    String(name),
    Number(ms).toFixed(0),
    (Number(ms) / least.ours).toFixed(2),
  ]),
);
console.log(`loss of the first step: plain ${losses.plain}, ours ${losses.ours}\n`);

const vocabularies = [];
for (const vocabulary of [32_000, 128_000, 250_000]) {
  const larger = { ...sizes, config: { ...config, vocab_size: vocabulary, pad_token_id: 0 } };
  const { result } = await onBackend("wasm", (page) =>
    page.evaluate(
      ([given, times]) => globalThis.trainBench.compare(given, times, false),
      /** @type {const} */ ([larger, rounds]),
    ),
  );
  vocabularies.push({ vocabulary, milliseconds: result.least.ours });
}
printTable(
  ["rows of word embeddings", "ms a step"],
  vocabularies.map(({ vocabulary, milliseconds }) => [String(vocabulary), milliseconds.toFixed(0)]),
);
console.log();

// The software adapter is slow: few texts, and what the state takes outweighs the rest.
const few = { ...sizes, pairs: 4, queryLength: 8, passageLength: 16 };
const memory = [];
for (const [backend, given] of /** @type {const} */ ([
  ["wasm", sizes],
  ["webgpu", few],
])) {
  const plain = await memoryOf(backend, given, true);
  memory.push({ backend, given, plain, ours: await memoryOf(backend, given, false) });
}
printTable(
  ["memory of a step", "plain MB", "ours MB", "ratio"],
  memory.flatMap(({ backend, given: { pairs, queryLength, passageLength }, plain, ours }) => {
    const where = `${backend}, ${pairs} pairs of ${queryLength} + ${passageLength}`;
    /** @type {[string, number, number][]} */
    const rows = [
      [
        `${where}: tensors beside the state, the most`,
        plain.peak - plain.state,
        ours.peak - ours.state,
      ],
      [`${where}: held by the backend in all`, plain.held, ours.held],
    ];
    return rows.map(([name, before, after]) => [
      name,
      (before / 1e6).toFixed(0),
      (after / 1e6).toFixed(0),
      (before / after).toFixed(1),
    ]);
  }),
);
console.log();

// Programs do not depend on the sizes; the software adapter is slow, so these are small.
const small = { pairs: 4, queryLength: 8, passageLength: 16 };
const narrow = { hidden_size: 32, num_attention_heads: 2, intermediate_size: 64, vocab_size: 500 };
const tiny = { ...small, config: { ...config, ...narrow, pad_token_id: 0 } };
const webgpu = await onBackend("webgpu", (page) =>
  page.evaluate((given) => globalThis.trainBench.dispatches(given), tiny),
);
printTable(
  [`GPU programs, ${config.num_hidden_layers} layers`, "plain", "ours", "ratio"],
  /** @type {const} */ (["forward", "step"]).map((part) => {
    const { plain, ours } = webgpu.result[part];
    return [part, String(plain), String(ours), (plain / ours).toFixed(1)];
  }),
);

if (options.out) {
  const report = { date: new Date().toISOString(), machine: machine(), browser: wasm.browser };
  const results = {
    wasm: wasm.result,
    jax: jax?.result,
    pytorch,
    vocabularies,
    memory,
    programs: webgpu.result,
  };
  writeFileSync(options.out, `${JSON.stringify({ ...report, ...results }, null, 1)}\n`);
}

/**
 * The same step in PyTorch.
 * @param {string} python
 * @returns {{ version: string, milliseconds: number }}
 */
function runPytorch(python) {
  const script = `${root}bench/train_pytorch.py`;
  const settings = JSON.stringify(sizes);
  const { status, stdout, stderr } = spawnSync(python, [script, settings, String(rounds)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
