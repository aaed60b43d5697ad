"""FreeDict: dictionaries in dictd format, most of them WikDict from Wiktionary."""

import gzip
import re
from collections import defaultdict

from extra_lexicon.forms import make_line

ISO3 = {
    "ara": "ar",
    "deu": "de",
    "ell": "el",
    "eng": "en",
    "spa": "es",
    "fra": "fr",
    "hin": "hi",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "por": "pt",
    "rus": "ru",
    "tha": "th",
    "tur": "tr",
    "vie": "vi",
    "zho": "zh",
}
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def dictd_entries(debian, pair):
    """The texts of a dictd dictionary, each once."""
    base = debian / f"dict-freedict-{pair}" / "usr/share/dictd" / f"freedict-{pair}"
    data = gzip.open(f"{base}.dict.dz").read()
    number = {c: i for i, c in enumerate(BASE64)}

    def decode(digits):
        value = 0
        for digit in digits:
            value = value * 64 + number[digit]
        return value

    places = set()
    for row in open(f"{base}.index", encoding="utf-8"):
        word, start, size = row.rstrip("\n").split("\t")[:3]
        if not word.startswith("00"):
            places.add((decode(start), decode(size)))
    for start, size in sorted(places):
        yield data[start : start + size].decode("utf-8")


def head_words(line):
    """The head words of an entry's first line, without pronunciations and grammar."""
    line = re.sub(r"//.*?//|\s/.*?/(?=[\s,]|$)", " ", line)
    line = re.sub(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)", " ", line)
    return [" ".join(word.split()) for word in line.split(",") if word.strip()]


def wikdict_senses(lines):
    """(translations, definition) of each sense of a WikDict entry."""
    senses = []
    for line in lines:
        line = line.strip()
        numbered = re.match(r"(\d+)\.(?:\s+(.*))?$", line)
        if numbered or not senses:
            line = (numbered[2] or "") if numbered else line
            note = re.match(r"\s*\[([^\]]*)\]", line)
            line = re.sub(r"(\s|^)\d+\.$", "", line[note.end() :] if note else line)
            senses.append([line.strip(), note[1] if note else ""])
        else:
            senses[-1][1] += " " + re.sub(r"\s\d+\.$", "", line)
    return [(t.split(", "), " ".join(d.split())) for t, d in senses if t]


def wikdict_tables(debian, source):
    """(head word, definition) to the translations of all WikDict dictionaries of one language.

    The same head word with the same definition is the same sense in each of them. A sense without
    a definition is joined with others only where the entry has a single sense.
    """
    tables = defaultdict(lambda: defaultdict(list))
    for target, lang in ISO3.items():
        pair = f"{source}-{target}"
        if not is_wikdict(debian, pair):
            continue
        for number, entry in enumerate(dictd_entries(debian, pair)):
            head, *lines = [line for line in entry.split("\n") if line.strip()]
            pos = re.search(r"<(\w+)", head)
            senses = wikdict_senses(lines)
            for place, (translations, definition) in enumerate(senses):
                key = definition or (f"#{pair}{number}.{place}" if len(senses) > 1 else "")
                for word in head_words(head)[:1]:
                    forms = tables[word, pos[1] if pos else "", key]
                    forms[lang] += translations
                    if source in ISO3:
                        forms[ISO3[source]] = [word]
    return tables


def is_wikdict(debian, pair):
    """Whether the package's copyright file puts this dictionary under CC BY-SA 3.0."""
    for path in (debian / f"dict-freedict-{pair}" / "usr/share/doc").glob("*/copyright*"):
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
        return bool(re.search(rf"Files: {pair}/\*\n(?:.*\n)?License: CC-BY-SA-3\.0\n", text))
    return False


def from_wikdict(args):
    for source in "ell eng fra ita deu por pol swe fin nld".split():
        for forms in wikdict_tables(args.debian, source).values():
            yield make_line(f"wikdict-{source}", forms, strip_brackets=True)


def from_eng_ell(args):
    for entry in dictd_entries(args.debian, "eng-ell"):
        head, *lines = [line for line in entry.split("\n") if line.strip()]
        if len(lines) == 1:
            forms = {"en": head_words(head)[:1], "el": lines[0].split(", ")}
            yield make_line("freedict-eng-ell", forms, strip_brackets=True)
