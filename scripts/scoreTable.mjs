/** @file Scores as a table for a terminal. */

/** @type {[keyof import("../src/metrics/scores").SettingScores, string][]} */
const columns = [
  ["map", "mAP"],
  ["recall1", "R@1"],
  ["recall5", "R@5"],
  ["recall10", "R@10"],
  ["mrr", "MRR"],
  ["ndcg10", "nDCG@10"],
];

/** @param {import("../src/headless").ScoredStep} scored @returns {string} */
export function formatScores({ step, ...scores }) {
  const cells = (/** @type {string[]} */ values) =>
    values.map((value) => value.padStart(8)).join("");
  const row = (
    /** @type {string} */ name,
    /** @type {import("../src/metrics/scores").SettingScores} */ setting,
  ) => `  ${name.padEnd(14)}${cells(columns.map(([key]) => setting[key].toFixed(3)))}`;
  const { rankDistance, normalised, median } = scores.bias;
  return [
    `step ${step}`.padEnd(16) + cells(columns.map(([, title]) => title)),
    row("monolingual", scores.mono),
    row("cross-lingual", scores.cross),
    row("multilingual", scores.multi),
    `  language bias: rank distance ${rankDistance.toFixed(1)}, ${normalised.toFixed(3)} of chance, median ${median}`,
  ].join("\n");
}
