import type { Item, Language } from "./dataset";

/** Languages that write no space between sentences. */
const unspaced: readonly Language[] = ["ja", "zh"];

/** The passage of an item in its language: its sentences in a row. */
export function passageText(item: Item, language: Language): string {
  return item.sentences.join(unspaced.includes(language) ? "" : " ");
}
