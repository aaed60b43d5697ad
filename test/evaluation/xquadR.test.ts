import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { formatScores } from "../../scripts/scoreTable.mjs";
import { parseXquadR } from "../../src/data/formats/xquadR";
import { readEncoder } from "../../src/encoder/load";
import { evaluate, tokenizeDataset } from "../../src/evaluation/evaluate";
import { builtInEncoderFiles, openNodeBackend } from "../encoder/builtIn";

/** Minutes of work, so only where asked for: npm run xquad-r. */
const folder = process.env["XQUAD_R"];
const reason = folder ? "" : " (skipped: takes minutes; see npm run xquad-r)";

/** What pytorch/evaluate.py computes from the same files by `transformers.BertModel`. */
const expected = JSON.parse(
  readFileSync(new URL("../reference/xquadR.json", import.meta.url), "utf8"),
) as Record<"mono" | "cross" | "multi" | "rank_distance", number> & {
  matrix: Record<string, number>;
};

function readTexts(from: string): Map<string, string> {
  const files = readdirSync(from).filter((file) => /^[a-z]{2}\.json(\.gz)?$/.test(file));
  return new Map(
    files.sort().map((file) => {
      const bytes = readFileSync(join(from, file));
      return [file.slice(0, 2), (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()];
    }),
  );
}

it.skipIf(!folder)(
  `scores the built-in encoder on XQuAD-R as PyTorch does${reason}`,
  async () => {
    await openNodeBackend("wasm");
    const { encoder, parameters } = readEncoder(builtInEncoderFiles());
    const set = tokenizeDataset(encoder, parseXquadR(readTexts(folder!)));
    const { scores } = await evaluate(encoder, parameters, set);
    console.log(formatScores({ step: 0, ...scores }));
    for (const setting of ["mono", "cross", "multi"] as const) {
      expect(scores[setting].map).toBeCloseTo(expected[setting], 3);
    }
    const differing = scores.languages.flatMap((query, row) =>
      scores.languages.flatMap((passage, column) => {
        const cell = `${query}-${passage}`;
        const [here, there] = [scores.pairs[row]![column]!, expected.matrix[cell]!];
        return Math.abs(here - there) < 1e-3 ? [] : [{ cell, here, there }];
      }),
    );
    expect(differing).toEqual([]);
    // Decided by the worst-ranked translation of each question, so by the last bits of its similarity.
    expect(Math.abs(scores.bias.rankDistance / expected.rank_distance - 1)).toBeLessThan(0.005);
  },
  3_600_000,
);
