/** A file of weights that cannot be used: which file, which tensor, which value, what to do. */
export class WeightsError extends Error {
  override readonly name = "WeightsError";

  constructor(
    readonly file: string,
    problem: string,
  ) {
    super(`${file}: ${problem}`);
  }
}
