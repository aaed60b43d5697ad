import { integerBelow, permutation, type Random } from "../random";
import type { Split } from "./dataset";

/** The ids of each side. */
export type SplitIds = Record<Split, string[]>;

export const splitNames: readonly Split[] = ["train", "dev", "test"];

const attempts = 50;

/**
 * Splits items at random: each group stays on one side, and each theme (the id
 * up to its last "-") is shared out as the whole is. Shares are sizes or
 * proportions of them; the sides get exactly these sizes where the groups
 * permit. Groups that overlap count as one; items in no group stand alone.
 */
export function splitItems(
  ids: readonly string[],
  groups: readonly (readonly string[])[],
  shares: Record<Split, number>,
  random: Random,
): SplitIds {
  const units = mergeGroups(ids, groups);
  const sizes = splitSizes(ids.length, shares);
  let [best, bestMiss] = [new Map<string, Split>(), Infinity];
  // Which group comes first decides whether the last ones fit; try again if they did not.
  for (let attempt = 0; attempt < attempts && bestMiss > 0; attempt++) {
    const sideOf = assign(units, sizes, random);
    const counts = [...sideOf.values()];
    const miss = splitNames
      .map((side) => Math.abs(sizes[side] - counts.filter((other) => other === side).length))
      .reduce((sum, difference) => sum + difference, 0);
    if (miss < bestMiss) [best, bestMiss] = [sideOf, miss];
  }
  return bySide((side) => ids.filter((id) => best.get(id) === side));
}

export function themeOf(id: string): string {
  return id.slice(0, Math.max(id.lastIndexOf("-"), 0));
}

/** Sizes that add up to `total`, by largest remainder. */
function splitSizes(total: number, shares: Record<Split, number>): Record<Split, number> {
  const sum = splitNames.reduce((partial, side) => partial + shares[side], 0);
  if (!(sum > 0) || splitNames.some((side) => !(shares[side] >= 0))) {
    throw new RangeError(`shares are numbers from 0 on, not all 0, got ${JSON.stringify(shares)}`);
  }
  const exact = bySide((side) => (total * shares[side]) / sum);
  const sizes = bySide((side) => Math.floor(exact[side]));
  const byRemainder = splitNames.toSorted((a, b) => exact[b] - sizes[b] - (exact[a] - sizes[a]));
  const missing = total - splitNames.reduce((partial, side) => partial + sizes[side], 0);
  for (const side of byRemainder.slice(0, missing)) sizes[side] += 1;
  return sizes;
}

/** Groups and single items, together every id once. */
function mergeGroups(ids: readonly string[], groups: readonly (readonly string[])[]): string[][] {
  const unitOf = new Map(ids.map((id) => [id, [id]]));
  if (unitOf.size < ids.length) throw new RangeError("an item id occurs twice");
  for (const group of groups) {
    const merged = new Set<string>();
    for (const id of group) {
      const unit = unitOf.get(id);
      if (!unit) throw new RangeError(`${id} of a group is not an item`);
      for (const member of unit) merged.add(member);
    }
    const unit = [...merged];
    for (const id of unit) unitOf.set(id, unit);
  }
  return [...new Set(unitOf.values())];
}

/** Gives each unit to a side, large units first, then theme by theme in turn. */
function assign(
  units: readonly string[][],
  sizes: Record<Split, number>,
  random: Random,
): Map<string, Split> {
  const total = units.reduce((sum, unit) => sum + unit.length, 0);
  const room = { ...sizes };
  const themeSizes = new Map<string, number>();
  for (const id of units.flat()) {
    themeSizes.set(themeOf(id), (themeSizes.get(themeOf(id)) ?? 0) + 1);
  }
  /** How many items of a theme a side still has to get. */
  const due = new Map(
    [...themeSizes].map(([theme, size]) => [theme, bySide((side) => (size * sizes[side]) / total)]),
  );
  const sideOf = new Map<string, Split>();
  for (const unit of inTurn(units, random)) {
    const side = drawSide(unit, room, due.get(themeOf(unit[0]!))!, random);
    for (const id of unit) {
      sideOf.set(id, side);
      room[side] -= 1;
      due.get(themeOf(id))![side] -= 1;
    }
  }
  return sideOf;
}

/** Units by size, largest first; of one size, one of each theme in turn; else in random order. */
function inTurn(units: readonly string[][], random: Random): string[][] {
  const turns = new Map<string, number>();
  return permutation(units.length, random)
    .map((index) => {
      const unit = units[index]!;
      const key = `${unit.length} ${themeOf(unit[0]!)}`;
      const turn = turns.get(key) ?? 0;
      turns.set(key, turn + 1);
      return { unit, turn };
    })
    .sort((a, b) => b.unit.length - a.unit.length || a.turn - b.turn)
    .map(({ unit }) => unit);
}

/** Draws a side with room for the unit, in proportion to what its theme is due there. */
function drawSide(
  unit: readonly string[],
  room: Record<Split, number>,
  due: Record<Split, number>,
  random: Random,
): Split {
  const roomy = splitNames.filter((side) => room[side] >= unit.length);
  if (roomy.length === 0) return splitNames.toSorted((a, b) => room[b] - room[a])[0]!;
  const wanted = roomy.filter((side) => due[side] > 1e-9);
  if (wanted.length === 0) return roomy[integerBelow(roomy.length, random)]!;
  let left = random() * wanted.reduce((sum, side) => sum + due[side], 0);
  return wanted.find((side) => (left -= due[side]) < 0) ?? wanted.at(-1)!;
}

function bySide<T>(value: (side: Split) => T): Record<Split, T> {
  return { train: value("train"), dev: value("dev"), test: value("test") };
}
