"""OpenStreetMap: kinds of map feature, and brands."""

import re
from collections import defaultdict

from distil.texts import LANGUAGES

from extra_lexicon.files import read_json
from extra_lexicon.forms import NOT_LATIN, make_line


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
