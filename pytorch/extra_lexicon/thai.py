"""Thai: Thai WordNet, loanwords from English, and provinces."""

import re
import sqlite3
from collections import defaultdict

from extra_lexicon.forms import make_line


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
