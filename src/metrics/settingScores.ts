import { metricNames, metrics } from "./index";
import { mean } from "./mean";
import type { Ranks } from "./ranks";
import type { SettingScores } from "./scores";

/** Every metric of one query. */
export function scoreQuery(ranks: Ranks): SettingScores {
  return scoresBy((name) => metrics[name].metric(ranks));
}

/** The mean of scores, metric by metric: over queries, languages or language pairs. */
export function meanScores(scores: readonly SettingScores[]): SettingScores {
  return scoresBy((name) => mean(scores.map((score) => score[name])));
}

function scoresBy(value: (name: keyof SettingScores) => number): SettingScores {
  return Object.fromEntries(metricNames.map((name) => [name, value(name)])) as Record<
    keyof SettingScores,
    number
  >;
}
