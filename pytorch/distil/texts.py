"""The training texts: one table of texts, and who says the same as whom."""

import json
import lzma
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from opencc import OpenCC

LANGUAGES = "ar de el en es fr hi it ja ko pt ru th tr vi zh".split()
ENGLISH = LANGUAGES.index("en")

# Members of a sense that are kept, so that a sense with twenty synonyms is not drawn as twenty senses.
MEMBERS_PER_SENSE = 3
LONGEST_TEXT = 600
# What the names of the extra lexicon's sources of groups begin with.
EXTRA = "extra "


@dataclass
class Texts:
    """Every distinct text once. `groups` say the same in several languages.

    groups: source → [rows, 16] text ids, -1 where a language is missing.
    answers: native questions; (question, sentence with the answer, other sentences of the passage).
    definitions: (row of groups["lexicon"], text id of the definition).
    """

    texts: list[str] = field(default_factory=list)
    languages: list[int] = field(default_factory=list)
    groups: dict[str, np.ndarray] = field(default_factory=dict)
    answers: list[tuple[int, int, list[int]]] = field(default_factory=list)
    definitions: list[tuple[int, int]] = field(default_factory=list)
    _ids: dict[tuple[int, str], int] = field(default_factory=dict)

    def without_index(self) -> "Texts":
        """The same without what only `add` needs; smaller to keep."""
        return replace(self, _ids={})

    def add(self, language: int, text: str) -> int:
        """Id of a text; -1 for one that is empty."""
        text = " ".join(text.split())[:LONGEST_TEXT]
        if not text:
            return -1
        key = (language, text)
        if key not in self._ids:
            self._ids[key] = len(self.texts)
            self.texts.append(text)
            self.languages.append(language)
        return self._ids[key]

    def words(self) -> set[int]:
        """Ids of the texts that come from lexicons: words, names and short phrases."""
        tables = [table for source, table in self.groups.items() if is_lexicon(source)]
        return set(np.unique(np.concatenate([table[table >= 0] for table in tables])).tolist())

    def only_extra(self) -> set[int]:
        """Ids of the texts that come from the extra lexicon and from nowhere else."""
        extra, other = ([], [])
        for source, table in self.groups.items():
            (extra if source.startswith(EXTRA) else other).append(table[table >= 0])
        answers = {text for question, answer, others in self.answers for text in (question, answer, *others)}
        return set(np.unique(np.concatenate(extra)).tolist()) - set(np.concatenate(other).tolist()) - answers


def is_lexicon(source: str) -> bool:
    """Whether a source of groups has words rather than sentences."""
    return source == "lexicon" or source.startswith(EXTRA)


def read_texts(data: Path, extra_lexicon: Path) -> Texts:
    """All training data. FLORES dev, XQuAD-R and the page's corpus are not among it."""
    texts = Texts()
    _read_parallel(texts, data / "parallel")
    _read_multiway(texts, data / "multiway")
    _read_lexicon(texts, data / "lexicon")
    _read_extra_lexicon(texts, extra_lexicon)
    _read_answers(texts, data / "qa")
    return texts


def lines(path: Path):
    """The lines of an xz file, without their ends."""
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def _read_parallel(texts: Texts, folder: Path) -> None:
    """English sides repeat across languages: rows are joined on them, source by source."""
    joined: dict[str, dict[tuple[int, int], dict[int, int]]] = {}
    for language, code in enumerate(LANGUAGES):
        if language == ENGLISH:
            continue
        seen: dict[tuple[str, int], int] = {}
        for line in lines(folder / f"en-{code}.tsv.xz"):
            source, english, other = line.split("\t")
            first, second = texts.add(ENGLISH, english), texts.add(language, other)
            if first < 0 or second < 0:
                continue
            # A second translation of the same sentence opens a second row.
            variant = seen.get((source, first), 0)
            seen[source, first] = variant + 1
            joined.setdefault(source, {}).setdefault((first, variant), {ENGLISH: first})[language] = second
    for source, rows in joined.items():
        texts.groups[source] = _table(rows.values())


def _read_multiway(texts: Texts, folder: Path) -> None:
    for source in ("ntrex", "flores-devtest"):
        rows = []
        for line in lines(folder / f"{source}.jsonl.xz"):
            entry = json.loads(line)
            rows.append({i: texts.add(i, entry[code]) for i, code in enumerate(LANGUAGES) if code in entry})
        texts.groups[source] = _table(rows)


def _read_lexicon(texts: Texts, folder: Path) -> None:
    """Senses with their words in each language; a row takes one word a language."""
    senses: dict[str, dict[int, list[str]]] = {}
    for language, code in enumerate(LANGUAGES):
        if language == ENGLISH:
            continue
        for line in lines(folder / f"en-{code}.tsv.xz"):
            source, sense, english, other = line.split("\t")
            entry = senses.setdefault(f"{source} {sense}", {})
            entry.setdefault(ENGLISH, english.split(", "))
            entry[language] = other.split(", ")
    rows, first_row = [], {}
    for key, entry in senses.items():
        first_row[key] = len(rows)
        rows += _variants(texts, entry)
    texts.groups["lexicon"] = _table(rows)
    _read_definitions(texts, folder, first_row)


def _variants(texts: Texts, sense: dict[int, list[str]]) -> list[dict[int, int]]:
    """Rows of one word a language, so that every word of a sense is in one of the first few."""
    count = min(MEMBERS_PER_SENSE, max(len(words) for words in sense.values()))
    return [{i: texts.add(i, words[row % len(words)]) for i, words in sense.items()} for row in range(count)]


def _read_extra_lexicon(texts: Texts, path: Path) -> None:
    """Names and words that make_extra_lexicon.py collected; one source of groups for each of its sources."""
    rows: dict[str, list[dict[int, int]]] = {}
    for line in lines(path):
        entry = json.loads(line)
        sense = {LANGUAGES.index(code): forms for code, forms in entry.items() if code != "source"}
        rows.setdefault(EXTRA + entry["source"], []).extend(_variants(texts, sense))
    for source, table in rows.items():
        texts.groups[source] = _table(table)


def _read_definitions(texts: Texts, folder: Path, first_row: dict[str, int]) -> None:
    alone = []
    for line in lines(folder / "en.jsonl.xz"):
        entry = json.loads(line)
        definitions = [texts.add(ENGLISH, text) for text in entry["definitions"]]
        row = first_row.get(f"wordnet {entry['id']}")
        for definition in definitions:
            if row is not None and definition >= 0:
                texts.definitions.append((row, definition))
        alone += [{ENGLISH: texts.add(ENGLISH, text)} for text in entry["examples"]]
        alone += [{ENGLISH: text} for text in definitions]
        if row is None:
            alone += [{ENGLISH: texts.add(ENGLISH, word)} for word in entry["members"][:MEMBERS_PER_SENSE]]
    texts.groups["english"] = _table(alone)
    rows = []
    for code in ("el", "it"):
        for line in lines(folder / f"definitions-en-{code}.tsv.xz"):
            _, english, other = line.split("\t")
            language = LANGUAGES.index(code)
            rows.append({ENGLISH: texts.add(ENGLISH, english), language: texts.add(language, other)})
    texts.groups["definitions"] = _table(rows)


_TO_SIMPLIFIED = OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional Chinese characters as simplified ones; their number must not change, offsets point into them."""
    simplified = _TO_SIMPLIFIED.convert(text)
    return simplified if len(simplified) == len(text) else text


def _read_answers(texts: Texts, folder: Path) -> None:
    for code in ("ar", "en", "ko", "th", "zh"):
        language = LANGUAGES.index(code)
        for line in lines(folder / f"{code}.jsonl.xz"):
            entry = json.loads(line)
            if entry["source"] == "drcd":
                # Taiwanese; everything else here, and most of what is searched, is in simplified characters.
                entry = {key: simplify(value) if isinstance(value, str) else value for key, value in entry.items()}
            sentences = split_sentences(entry["context"])
            at = max(i for i, (start, _) in enumerate(sentences) if start <= max(0, entry["answer_start"]))
            question = texts.add(language, entry["question"])
            ids = [texts.add(language, sentence) for _, sentence in sentences]
            if question >= 0 and ids[at] >= 0:
                others = sorted({i for i in ids if i >= 0 and i != ids[at]})
                texts.answers.append((question, ids[at], others))


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\s])|(?<=[。！？])|\n+")


def split_sentences(passage: str) -> list[tuple[int, str]]:
    """(start, text) of each sentence of a passage; short ones stay with the one before."""
    starts = [0] + [match.end() for match in _SENTENCE_END.finditer(passage) if match.end() < len(passage)]
    kept = [0]
    for start in starts[1:]:
        if start - kept[-1] >= 20:
            kept.append(start)
    return [(start, passage[start:end]) for start, end in zip(kept, kept[1:] + [len(passage)])]


def _table(rows) -> np.ndarray:
    rows = list(rows)
    table = np.full((len(rows), len(LANGUAGES)), -1, np.int32)
    for index, row in enumerate(rows):
        for language, text in row.items():
            table[index, language] = text
    return table
