import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadedEncoder } from "../../src/encoder/load";
import { disposeParameters } from "../../src/encoder/parameters";
import { embedSequences } from "../../src/evaluation/embed";
import { createRandom, integerBelow } from "../../src/random";
import { openNodeBackend } from "../encoder/builtIn";
import { expectNoLeak } from "../encoder/memory";
import { tinyEncoder } from "../encoder/tinyEncoder";

const random = createRandom(51);
const sequences = Array.from({ length: 23 }, () =>
  Array.from({ length: 1 + integerBelow(32, random) }, () => 1 + integerBelow(49, random)),
);

describe.each(["cpu", "wasm"] as const)("embedSequences on %s", (backend) => {
  let loaded: LoadedEncoder;
  beforeAll(async () => {
    await openNodeBackend(backend);
    loaded = tinyEncoder(52);
  });
  afterAll(() => disposeParameters(loaded.parameters));

  const embed = (texts: number[][]) => embedSequences(loaded.encoder, loaded.parameters, texts);

  it("gives what each text gives alone, in the order of the texts", () =>
    expectNoLeak(async () => {
      const { width, values } = await embed(sequences);
      expect(width).toBe(8);
      expect(values).toHaveLength(sequences.length * width);
      for (const [row, sequence] of sequences.entries()) {
        const alone = await embed([sequence]);
        for (const [column, value] of alone.values.entries()) {
          expect(values[row * width + column]).toBeCloseTo(value, 5);
        }
      }
    }));

  it("gives different texts different embeddings of length 1", async () => {
    const { width, values } = await embed(sequences);
    const rows = sequences.map((_, row) => values.subarray(row * width, (row + 1) * width));
    for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
    expect(new Set(rows.map((row) => row.join())).size).toBe(rows.length);
  });

  it("tells its progress from nothing to all", async () => {
    const told: [number, number][] = [];
    await embedSequences(loaded.encoder, loaded.parameters, sequences, (...progress) =>
      told.push(progress),
    );
    expect(told[0]).toEqual([0, 23]);
    expect(told.at(-1)).toEqual([23, 23]);
    const done = told.map(([count]) => count);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  it("gives nothing for no text", async () => {
    expect(await embed([])).toEqual({ width: 8, values: new Float32Array(0) });
  });
});
