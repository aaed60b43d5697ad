/** @file The shape of an evaluation's result: what the chart, the command line and the files agree on. */

/** The metrics of one retrieval setting, each in [0, 1]. */
export interface SettingScores {
  /** Mean average precision over the full ranking. */
  map: number;
  recall1: number;
  recall5: number;
  recall10: number;
  mrr: number;
  ndcg10: number;
}

/** Language bias as the distance between a query's best and worst ranked translation. */
export interface BiasScores {
  /** Mean over queries, then over query languages; in ranks. */
  rankDistance: number;
  /** 0 = as small as can be, 1 = what a random ranking gives. */
  normalised: number;
  /** Over all queries; in ranks. */
  median: number;
}

/** All scores of an encoder on a data set; method: arXiv 2408.10536, section 4. */
export interface Scores {
  mono: SettingScores;
  cross: SettingScores;
  multi: SettingScores;
  bias: BiasScores;
  /** Order of the rows and columns of `pairs`. */
  languages: string[];
  /** `pairs[i][j]`: mAP of queries in language i against the passages of language j. */
  pairs: number[][];
}
