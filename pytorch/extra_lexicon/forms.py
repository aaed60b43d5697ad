"""The forms of a word: cleaning and checking of one form, and the line of all of them."""

import html
import re
import unicodedata

from distil.texts import LANGUAGES
from opencc import OpenCC

LATIN = set("de en es fr it pt tr vi".split())
MAX_FORMS = 3
MAX_LENGTH = 60

KANA = re.compile("[\u3041-\u30ff]")
HAN = re.compile("[\u3400-\u9fff]")
SCRIPTS = {
    "ar": re.compile("[\u0621-\u064a]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "hi": re.compile("[\u0904-\u0939]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "ru": re.compile("[\u0410-\u044fЁё]"),
    "th": re.compile("[\u0e01-\u0e2e]"),
    "ja": re.compile("[\u3041-\u30ff\u3400-\u9fff]"),
    "zh": HAN,
}
NOT_ARABIC = re.compile("[\u0671-\u06d3\u06d5\u0750-\u077f]")
NOT_RUSSIAN = re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u052f]")
NOT_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\u9fff\uac00-\ud7a3]")
LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
BRACKETS = "()[]{}<>（）［］【】〔〕〈〉"
BRACKETED = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|（[^（）]*）|【[^【】]*】|〔[^〔〕]*〕)")
FORBIDDEN = re.compile(
    r"[,;:|~*=%_\\/\t\n\u2026\ufffd\"“”„«»‘@#+^°†×®♥•─―¡¿]|\.\.\.|--|"
    r"[、，،；：～〜／＋＊\u201a-\u202e\ue000-\uf8ff]|[Ъъ](?![еёюяЕЁЮЯ])"
)
EDGES = " \u00a0,;:.·-–—'‘’`、。，؛،\u200b\u200e\u200f"
ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u00ad\u202a-\u202e\ufeff]")
# curly apostrophes, all hyphens and dashes, an old encoding of a Thai mark, full-width letters
PLAIN = str.maketrans(
    {"’": "'", "`": "'", "´": "'", "＇": "'", "\uf70e": "\u0e4c", "･": "・"}
    | {c: "-" for c in "\u2010\u2011\u2012\u2013\u2014\uff0d"}
    | {chr(c): chr(c - 0xFEE0) for c in range(0xFF10, 0xFF5B) if chr(c).isalnum()}
)

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
