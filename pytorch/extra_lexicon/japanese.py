"""Japanese: JMdict with FreeDict's German, French and Russian glosses, and JMnedict."""

import re
import sqlite3
from collections import defaultdict

from extra_lexicon.forms import BRACKETED, make_line
from extra_lexicon.freedict import ISO3, dictd_entries, head_words

KATAKANA_ONLY = re.compile("[\u30a1-\u30ff\u30fb]+")
UNWANTED = ("archa", "obsolete", "rare", "vulgar", "derogatory", "rude or X", "dated")


def japanese_glosses(debian, target):
    """(kanji or kana form) to [(forms, glosses)] of the single-sense entries of a jpn-* dictionary."""
    table = defaultdict(list)
    for entry in dictd_entries(debian, f"jpn-{target}"):
        head, *lines = [line for line in entry.split("\n") if line.strip()]
        gloss = lines[-1] if lines else ""
        if "Note:" in gloss or re.search(r"\(\d+\)", gloss) or re.match(r"\s*[({][^)]*[)}]\s*$", gloss):
            continue
        forms = head_words(head)
        glosses = [g.strip() for g in re.sub(r"\([^()]*\)", "", gloss).split(",")]
        for form in forms:
            table[form].append((forms, [g for g in glosses if len(g.split()) <= 4]))
    return table


def rows_by_id(database, query):
    table = defaultdict(list)
    for key, value in database.execute(query):
        table[key].append(value)
    return table


def other_glosses(tables, written, read):
    """The glosses in German, French and Russian of one word."""
    found = {}
    for lang, table in tables.items():
        for forms, glosses in table.get(written, ()):
            if read in forms:
                found[lang] = glosses
    return found


def from_jmdict(args):
    database = sqlite3.connect(args.python / "jamdict_data/jamdict_data/jamdict.db")
    kanji = rows_by_id(database, "select idseq, text from Kanji order by ID")
    kana = rows_by_id(database, "select idseq, text from Kana order by ID")
    senses = rows_by_id(database, "select idseq, ID from Sense order by ID")
    glosses = rows_by_id(database, "select sid, text from SenseGloss")
    misc = rows_by_id(database, "select sid, text from misc")
    common = {
        row[0]
        for row in database.execute(
            "select idseq from Kana join KNP on kid = ID union select idseq from Kanji join KJP on kid = ID"
        )
    }
    others = {ISO3[t]: japanese_glosses(args.debian, t) for t in ("deu", "fra", "rus")}
    for entry, ids in senses.items():
        source = "jmdict-common" if entry in common else "jmdict-other"
        for sense in ids[: 3 if entry in common else 1]:
            notes = " ".join(misc[sense])
            if any(word in notes for word in UNWANTED):
                continue
            written = kana[entry][:1] if "kana alone" in notes else []
            written += kanji[entry][:1] + kana[entry][:1]
            english = [g for g in glosses[sense] if len(BRACKETED.sub("", g).split()) <= 5]
            forms = {"ja": written, "en": english}
            if len(ids) == 1:
                forms |= other_glosses(others, (kanji[entry] or kana[entry])[0], kana[entry][0])
            yield make_line(source, forms, strip_brackets=True)


def from_jmnedict(args):
    """Foreign names in katakana, and people, companies, works and stations."""
    database = sqlite3.connect(args.python / "jamdict_data/jamdict_data/jamdict.db")
    kanji = rows_by_id(database, "select idseq, text from NEKanji order by ID")
    kana = rows_by_id(database, "select idseq, text from NEKana order by ID")
    types = rows_by_id(database, "select tid, text from NETransType")
    glosses = rows_by_id(database, "select tid, text from NETransGloss")
    wanted = {"person", "organization", "company", "product", "work", "station"}
    for tid, entry in database.execute("select ID, idseq from NETranslation"):
        written = kanji[entry][:1] or kana[entry][:1]
        foreign = not kanji[entry] and KATAKANA_ONLY.fullmatch(written[0])
        if foreign or wanted & set(types[tid]):
            forms = {"ja": written, "en": [g for g in glosses[tid] if "," not in g]}
            yield make_line("jmnedict", forms, strip_brackets=True)
