import type { Language, Split } from "../dataset";
import { splitNames } from "../split";
import { asFields, asList, asText, parseJson } from "./fields";
import { FormatError } from "./formatError";

/** What `splits.json` says about a corpus folder. */
export interface CorpusSplits {
  /** Each has a file `<language>.jsonl`. */
  languages: readonly Language[];
  /** Split of each item; its order is the order of the items. */
  splits: ReadonlyMap<string, Split>;
  /** Items so close that one is a hard negative of the other; each group is on one side. */
  neighbours: readonly (readonly string[])[];
}

const place = { file: "splits.json" };

/** Reads the text of `splits.json`: `{"languages": [...], "splits": {"train": [...], ...}, "neighbours": [[...]]}`. */
export function parseCorpusSplits(text: string): CorpusSplits {
  const file = asFields(parseJson(text, place), "the file", place);
  const languages = asList(file.languages, "languages", place, asText);
  const repeated = languages.find((language, index) => languages.indexOf(language) < index);
  if (repeated !== undefined) {
    throw new FormatError(place, `language ${repeated} is listed twice`, "List it once");
  }
  const splits = parseSplits(file.splits);
  return { languages, splits, neighbours: parseNeighbours(file.neighbours, splits) };
}

function parseSplits(value: unknown): Map<string, Split> {
  const lists = asFields(value, "splits", place);
  const foreign = Object.keys(lists).find((name) => !splitNames.some((split) => split === name));
  if (foreign !== undefined) {
    throw new FormatError(place, `unknown split ${foreign}`, `Use ${splitNames.join(", ")}`);
  }
  const splits = new Map<string, Split>();
  for (const split of splitNames) {
    for (const id of asList(lists[split], `splits.${split}`, place, asText)) {
      const earlier = splits.get(id);
      if (earlier !== undefined) {
        const problem = `item ${id} is in ${split} and already in ${earlier}`;
        throw new FormatError(place, problem, "List every item once");
      }
      splits.set(id, split);
    }
  }
  return splits;
}

function parseNeighbours(value: unknown, splits: ReadonlyMap<string, Split>): string[][] {
  // A corpus without hard neighbours may leave the field out or empty.
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
  const groups = asList(value, "neighbours", place, (group, what) =>
    asList(group, what, place, asText),
  );
  for (const group of groups) {
    const sides = group.map((id) => {
      const split = splits.get(id);
      if (split !== undefined) return split;
      throw new FormatError(place, `neighbour ${id} is in no split`, "Add it to a split");
    });
    if (new Set(sides).size > 1) {
      const problem = `neighbours ${group.join(", ")} are in ${sides.join(", ")}`;
      throw new FormatError(place, problem, "Keep neighbours in one split");
    }
  }
  return groups;
}
