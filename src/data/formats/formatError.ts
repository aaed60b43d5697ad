/** A defect in a file of a data set: where it is, what is wrong, and what to do about it. */
export class FormatError extends Error {
  override readonly name = "FormatError";

  constructor(
    readonly place: Place,
    /** What is wrong, with the value. */
    readonly problem: string,
    /** What to do, as an imperative. */
    readonly advice: string,
  ) {
    const where = place.line === undefined ? place.file : `${place.file}:${place.line}`;
    super(`${where}: ${problem}. ${advice}.`);
  }
}

/** A line of a file. */
export interface Place {
  file: string;
  /** From 1; absent where the whole file is meant. */
  line?: number;
}
