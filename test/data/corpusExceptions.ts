import type { Finding } from "./corpusChecks";

/** A finding that somebody looked at and that is right as it is. */
export interface Exception extends Pick<Finding, "check" | "language" | "item" | "value"> {
  reason: string;
}

/** Exceptions of public/corpus. One that matches no finding any more is itself reported. */
export const corpusExceptions: readonly Exception[] = [
  {
    check: "texts use their language's scripts, Latin letters only for names",
    language: "zh",
    item: "body-15",
    value: "letter β",
    reason: "β细胞: Chinese writes beta cells with the Greek letter",
  },
  {
    check: "texts use their language's scripts, Latin letters only for names",
    language: "zh",
    item: "body-16",
    value: "letter α",
    reason: "α细胞: Chinese writes alpha cells with the Greek letter",
  },
];
