/** @file What the page and the corpus checks know about languages. */

import type { Language } from "./dataset";

export interface LanguageDescription {
  /** Its name in English. */
  english: string;
  /** Its name in itself. */
  own: string;
  /** Writing direction, for the `dir` attribute. */
  dir: "ltr" | "rtl";
  /** Unicode scripts it is written in, as in the regular expression `\p{Script=…}`. */
  scripts: readonly string[];
}

const descriptions: Readonly<Record<Language, LanguageDescription>> = {
  ar: { english: "Arabic", own: "العربية", dir: "rtl", scripts: ["Arabic"] },
  de: { english: "German", own: "Deutsch", dir: "ltr", scripts: ["Latin"] },
  el: { english: "Greek", own: "Ελληνικά", dir: "ltr", scripts: ["Greek"] },
  en: { english: "English", own: "English", dir: "ltr", scripts: ["Latin"] },
  es: { english: "Spanish", own: "español", dir: "ltr", scripts: ["Latin"] },
  fr: { english: "French", own: "français", dir: "ltr", scripts: ["Latin"] },
  hi: { english: "Hindi", own: "हिन्दी", dir: "ltr", scripts: ["Devanagari"] },
  it: { english: "Italian", own: "italiano", dir: "ltr", scripts: ["Latin"] },
  ja: { english: "Japanese", own: "日本語", dir: "ltr", scripts: ["Han", "Hiragana", "Katakana"] },
  ko: { english: "Korean", own: "한국어", dir: "ltr", scripts: ["Hangul"] },
  pt: { english: "Portuguese", own: "português", dir: "ltr", scripts: ["Latin"] },
  ru: { english: "Russian", own: "русский", dir: "ltr", scripts: ["Cyrillic"] },
  th: { english: "Thai", own: "ไทย", dir: "ltr", scripts: ["Thai"] },
  tr: { english: "Turkish", own: "Türkçe", dir: "ltr", scripts: ["Latin"] },
  vi: { english: "Vietnamese", own: "Tiếng Việt", dir: "ltr", scripts: ["Latin"] },
  zh: { english: "Chinese", own: "中文", dir: "ltr", scripts: ["Han"] },
};

/** The languages described here, by code. */
export const describedLanguages: readonly Language[] = Object.keys(descriptions);

/** Describes a language; one that is not listed above is called by its code. */
export function describeLanguage(language: Language): LanguageDescription {
  return descriptions[language] ?? { english: language, own: language, dir: "ltr", scripts: [] };
}
