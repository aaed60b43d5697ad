import { averagePrecision } from "./averagePrecision";
import { ndcgAt } from "./ndcg";
import type { Metric } from "./ranks";
import { recallAt } from "./recall";
import { reciprocalRank } from "./reciprocalRank";
import type { SettingScores } from "./scores";

/** A metric as it is called on the page: the name of its mean over queries. */
export interface NamedMetric {
  label: string;
  metric: Metric;
}

/** Every metric of a retrieval setting, the most telling first. */
export const metrics: Readonly<Record<keyof SettingScores, NamedMetric>> = {
  map: { label: "mAP", metric: averagePrecision },
  recall1: { label: "recall@1", metric: recallAt(1) },
  recall5: { label: "recall@5", metric: recallAt(5) },
  recall10: { label: "recall@10", metric: recallAt(10) },
  mrr: { label: "MRR", metric: reciprocalRank },
  ndcg10: { label: "nDCG@10", metric: ndcgAt(10) },
};

export const metricNames = Object.keys(metrics) as readonly (keyof SettingScores)[];
