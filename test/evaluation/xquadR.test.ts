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
  `scores the built-in encoder on XQuAD-R as its README says${reason}`,
  async () => {
    await openNodeBackend("wasm");
    const { encoder, parameters } = readEncoder(builtInEncoderFiles());
    const set = tokenizeDataset(encoder, parseXquadR(readTexts(folder!)));
    const { scores } = await evaluate(encoder, parameters, set);
    console.log(formatScores({ step: 0, ...scores }));
    // Zero-shot, sentence level, all 13,014 candidates; made with PyTorch.
    expect(scores.mono.map).toBeCloseTo(0.607, 3);
    expect(scores.cross.map).toBeCloseTo(0.147, 3);
    expect(scores.multi.map).toBeCloseTo(0.119, 3);
    // Decided by the worst-ranked translation of each query: 5951 here, 5938 there.
    expect(Math.abs(scores.bias.rankDistance / 5938 - 1)).toBeLessThan(0.005);
  },
  3_600_000,
);
