import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Who must not import what; the table stands in README.md. */
const forbidden: [file: string, imported: string][] = [
  ["src/data/split.ts", "../encoder/encoder"],
  ["src/data/split.ts", "@tensorflow/tfjs-core"],
  ["src/metrics/mean.ts", "../sampling/sampler"],
  ["src/metrics/mean.ts", "@tensorflow/tfjs-core"],
  ["src/sampling/xY.ts", "../training/config"],
  ["src/encoder/encoder.ts", "../data/dataset"],
  ["src/encoder/kernels/rows.ts", "../../training/step"],
  ["src/training/train.ts", "../evaluation/evaluate"],
  ["src/training/train.ts", "../worker/messages"],
  ["src/evaluation/rank.ts", "../training/step"],
  ["src/storage/runs.ts", "../training/config"],
  ["src/storage/checkpoints.ts", "../training/checkpoint"],
  ["src/storage/runs.ts", "../ui/state/run"],
  ["src/storage/runs.ts", "@tensorflow/tfjs-core"],
  ["src/encoder/encoder.ts", "../doctor/findings"],
  ["src/training/train.ts", "../doctor/checks/index"],
  ["src/doctor/examine.ts", "../worker/messages"],
  ["src/doctor/checks/rows.ts", "../../evaluation/rank"],
  ["src/doctor/findings.ts", "svelte"],
  ["src/worker/run.ts", "../ui/state/run"],
  ["src/worker/run.ts", "svelte"],
  ["src/ui/state/run.ts", "../../encoder/encoder"],
  ["src/ui/state/run.ts", "../../training/step"],
  ["src/ui/state/run.ts", "../../worker/session"],
  ["src/ui/state/run.ts", "../../doctor/checks/index"],
  ["src/ui/state/run.ts", "../../worker/embeddingSession"],
  ["src/ui/state/run.ts", "../../doctor/compare"],
  ["src/ui/state/run.ts", "@tensorflow/tfjs-core"],
];

const allowed: typeof forbidden = [
  ["src/training/train.ts", "../sampling/sampler"],
  ["src/evaluation/rank.ts", "../metrics/ranks"],
  ["src/doctor/checks/rows.ts", "../../encoder/kernels/rows"],
  ["src/doctor/examine.ts", "../training/train"],
  ["src/worker/run.ts", "../training/train"],
  ["src/worker/doctorSession.ts", "../doctor/examine"],
  ["src/worker/storedRuns.ts", "../storage/checkpoints"],
  ["src/ui/state/run.ts", "../../training/config"],
  ["src/ui/state/run.ts", "../../worker/messages"],
  ["src/ui/state/run.ts", "../../worker/client"],
  ["src/ui/state/run.ts", "../../storage/runs"],
  ["src/ui/state/run.ts", "../../doctor/findings"],
  ["src/ui/state/run.ts", "../../worker/doctorMessages"],
];

async function complaints(file: string, imported: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText(`import "${imported}";\n`, { filePath: root + file });
  return result!.messages.flatMap(({ ruleId }) => ruleId ?? []);
}

describe("folders that must stay apart", () => {
  it.each(forbidden)("%s does not import %s", async (file, imported) => {
    expect(await complaints(file, imported)).toContain("no-restricted-imports");
  });

  it.each(allowed)("%s may import %s", async (file, imported) => {
    expect(await complaints(file, imported)).not.toContain("no-restricted-imports");
  });
});
