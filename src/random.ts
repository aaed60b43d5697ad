/** @file The only source of chance: seeded generators, so that the same seed gives the same run. */

/** Draws a number in [0, 1). */
export type Random = () => number;

/**
 * A seeded generator. Further numbers name an independent stream of the same
 * seed, for example `createRandom(seed, epoch)`.
 *
 * The generator is sfc32 with 32-bit outputs (Chris Doty-Humphrey, PractRand),
 * its state filled by splitmix32 from the seeds.
 */
export function createRandom(...seeds: readonly number[]): Random {
  let hash = 0x9e3779b9;
  for (const seed of seeds) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is an integer, got ${seed}`);
    // Both halves count, so that seeds above 2^32 stay different.
    hash = mix(hash ^ mix(seed >>> 0));
    hash = mix(hash ^ mix(Math.floor(seed / 2 ** 32) >>> 0));
  }
  let [a, b, c, counter] = [mix(hash + 1), mix(hash + 2), mix(hash + 3), 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

/** An integer in [0, bound). */
export function integerBelow(bound: number, random: Random): number {
  return Math.floor(random() * bound);
}

/** One element of a list, each equally likely. */
export function pick<T>(list: readonly T[], random: Random): T {
  const element = list[integerBelow(list.length, random)];
  if (element === undefined) throw new RangeError("cannot pick from an empty list");
  return element;
}

/** The integers 0 … size−1 in random order (Fisher–Yates). */
export function permutation(size: number, random: Random): number[] {
  const order = Array.from({ length: size }, (_, index) => index);
  for (let last = size - 1; last > 0; last--) {
    const other = integerBelow(last + 1, random);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
