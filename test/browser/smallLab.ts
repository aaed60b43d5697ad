/** @file Serves a page a tiny encoder and a few items, so that a software GPU can train them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { readArchitecture } from "../../src/encoder/architectures";
import { createRandom } from "../../src/random";
import { randomValues } from "../encoder/randomTensors";
import { writeSafetensors } from "../encoder/writeSafetensors";

const root = fileURLToPath(new URL("../../public/", import.meta.url));
const readPublic = (path: string): string => readFileSync(root + path, "utf8");

/** The built-in encoder's own tokenizer, under one layer of width 16. */
const config = JSON.stringify({
  ...(JSON.parse(readPublic("encoder/config.json")) as Record<string, unknown>),
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 32,
});

const itemsPerSplit = { train: 8, dev: 2, test: 6 };

/** Answers the page's requests for encoder and corpus. */
export async function serveSmallLab(page: Page): Promise<void> {
  const weights = Buffer.from(smallWeights());
  await page.route("**/encoder/config.json", (route) => route.fulfill({ body: config }));
  await page.route("**/encoder/model.safetensors", (route) => route.fulfill({ body: weights }));

  const { splits, ids } = smallSplits();
  await page.route("**/corpus/splits.json", (route) => route.fulfill({ body: splits }));
  await page.route("**/corpus/*.jsonl", (route) => {
    const file = new URL(route.request().url()).pathname.split("/").at(-1)!;
    const lines = readPublic(`corpus/${file}`).trim().split("\n");
    const kept = lines.filter((line) => ids.has((JSON.parse(line) as { id: string }).id));
    return route.fulfill({ body: kept.join("\n") });
  });
}

/** The encoder's parameters as they are served. */
export function smallWeights(): ArrayBuffer {
  const random = createRandom(11);
  const { shapes } = readArchitecture(config, "config.json");
  return writeSafetensors(
    new Map(
      [...shapes].map(([name, shape]) => {
        const size = shape.reduce((product, axis) => product * axis, 1);
        const centre = name.endsWith("LayerNorm.weight") ? 1 : 0;
        const values = randomValues(size, random).map((value) => centre + value / 4);
        return [name, { shape: [...shape], values }];
      }),
    ),
  );
}

function smallSplits(): { splits: string; ids: Set<string> } {
  const { languages, splits } = JSON.parse(readPublic("corpus/splits.json")) as {
    languages: string[];
    splits: Record<keyof typeof itemsPerSplit, string[]>;
  };
  const kept = Object.fromEntries(
    Object.entries(itemsPerSplit).map(([split, count]) => [
      split,
      splits[split as keyof typeof itemsPerSplit].slice(0, count),
    ]),
  );
  const content = { languages, splits: kept, neighbours: [] };
  return { splits: JSON.stringify(content), ids: new Set(Object.values(kept).flat()) };
}
