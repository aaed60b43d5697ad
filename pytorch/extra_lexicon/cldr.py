"""Unicode CLDR: display names, dates, emoji, and names of subdivisions."""

import re
from collections import defaultdict

from distil.texts import LANGUAGES

from extra_lexicon.files import read_json
from extra_lexicon.forms import make_line


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
