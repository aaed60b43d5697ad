/** @file What the corpus checks measure of a text; pure functions. */

/** Words, in the order of the text, as they are written. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+(?:['’.,-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
}

/** Runs of `length` words, in lower case, without those that may be one name: all capitalised or numbers. */
export function wordRuns(text: string, length: number): Set<string> {
  const words = wordsOf(text);
  const runs = new Set<string>();
  for (let start = 0; start + length <= words.length; start++) {
    const run = words.slice(start, start + length);
    if (run.every((word) => /^[\p{Lu}\p{N}]/u.test(word))) continue;
    runs.add(run.join(" ").toLowerCase());
  }
  return runs;
}

/** Runs of `length` characters, in lower case, white space as one space. */
export function characterGrams(text: string, length: number): Set<string> {
  const characters = [...text.toLowerCase().replace(/\s+/gu, " ")];
  const grams = new Set<string>();
  for (let start = 0; start + length <= characters.length; start++) {
    grams.add(characters.slice(start, start + length).join(""));
  }
  return grams;
}

/** The pairs of texts whose 5-grams have a Jaccard index |A ∩ B| / |A ∪ B| of at least `least`. */
export function similarPairs(
  texts: readonly string[],
  least: number,
): { first: number; second: number; jaccard: number }[] {
  const grams = texts.map((text) => characterGrams(text, 5));
  const holders = new Map<string, number[]>(); // gram → the texts before this one that hold it
  return grams.flatMap((own, second) => {
    const shared = new Map<number, number>();
    for (const gram of own) {
      const earlier = holders.get(gram) ?? [];
      for (const first of earlier) shared.set(first, (shared.get(first) ?? 0) + 1);
      holders.set(gram, [...earlier, second]);
    }
    return [...shared]
      .map(([first, both]) => ({
        first,
        second,
        jaccard: both / (grams[first]!.size + own.size - both),
      }))
      .filter(({ jaccard }) => jaccard >= least);
  });
}

const zeros = ["0", "٠", "۰", "०", "๐", "０"].map((zero) => zero.codePointAt(0)!);

/** The text with Arabic, Devanagari, Thai and full-width digits as 0 … 9. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    const zero = zeros.find((start) => code >= start && code < start + 10);
    return zero === undefined ? digit : String(code - zero);
  });
}

/** The numbers of an English text, as their digits alone: `1,200` is `1200`, `4.5` is `45`. */
export function numbersOf(text: string): string[] {
  return (text.match(/\d+(?:[.,]\d+)*/gu) ?? []).map((number) => number.replace(/[.,]/gu, ""));
}

/** Whether the digits of a number stand in a text, in any digits and with any separators. */
export function holdsNumber(text: string, digits: string): boolean {
  const whole = new RegExp(`(?<!\\d)${digits}(?!\\d)`, "u");
  const pointed = asciiDigits(text).replace(/(?<=\d)[.,٫٬،'’](?=\d)/gu, "");
  // Spaces group digits, too, but may also part two numbers: either reading will do.
  const joined = pointed.replace(/(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))/gu, "");
  return whole.test(pointed) || whole.test(joined);
}

/** The share of the letters that are in one of the scripts; 1 for a text without letters. */
export function scriptShare(text: string, scripts: readonly string[]): number {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return 1;
  return 1 - lettersOutside(text, scripts).length / letters.length;
}

/** The letters in none of the scripts. */
export function lettersOutside(text: string, scripts: readonly string[]): string[] {
  // Script extensions count the Japanese length mark, which kana share, to both.
  const inside = new RegExp(
    scripts.map((script) => `\\p{Script_Extensions=${script}}`).join("|"),
    "u",
  );
  return (text.match(/\p{L}/gu) ?? []).filter((letter) => !inside.test(letter));
}

// prettier-ignore
const functionWords = new Set((
  "a about above across after again against all almost along also although always am among an and another any " +
  "anyone anything are around as at away back be became because become becomes been before began begin being below " +
  "between both but by can cannot could did do does doing done down during each either else end enough even ever every " +
  "everyone everything few for from get gets give given gives go goes had has have having he her here hers him his how " +
  "however i if in inside instead into is it its itself just keep kept less let like made make makes many may me might " +
  "more most much must my near neither never no nor not nothing now of off often on once one only onto or other others " +
  "our out outside over own per put rather same say says see seen several she should since so some someone something " +
  "soon still such take taken takes than that the their them themselves then there these they thing things this those " +
  "though through to together too took toward towards under until up upon us used very was way we well went were what " +
  "when where whether which while who whole whom whose why will with within without would yet you your"
).split(" "));

/** The stems of the English words of a text that carry meaning, lightly stripped of endings. */
export function contentStems(text: string): Set<string> {
  const words = wordsOf(text.toLowerCase()).map((word) => word.replace(/['’]s$/u, ""));
  return new Set(words.filter((word) => !functionWords.has(word)).map(stem));
}

function stem(word: string): string {
  if (word.length <= 3) return word;
  return word
    .replace(/ies$/u, "y")
    .replace(/(?<=...)(?:ing|ed|es|s|e)$/u, "")
    .replace(/([^aeiou])\1$/u, "$1");
}
