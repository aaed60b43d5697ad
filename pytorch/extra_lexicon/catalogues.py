"""Gettext catalogues: iso-codes and the names of public holidays."""

import gettext
import re
from collections import defaultdict

from distil.texts import LANGUAGES

from extra_lexicon.forms import make_line


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
