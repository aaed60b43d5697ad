"""What `tokenizers` gives, as one hash a language, for the page's tokenizer to be held against.

python token_ids.py ../public --data SHARED > ../test/reference/tokenIds.json

Texts: the page's own corpus in its twelve languages, and FLORES dev in all sixteen (128 sentences of each).
The hash is SHA-256 over the ids of all texts: ids joined by commas, texts by line ends.
"""

import argparse
import hashlib
import json
from pathlib import Path

import tokenizers
from distil.texts import LANGUAGES, lines
from tokenizers import Tokenizer

FLORES_SENTENCES = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("public", type=Path, help="folder with encoder/ and corpus/")
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(given.public / "encoder" / "tokenizer.json"))
    rows = [json.loads(line) for line in lines(given.data / "multiway" / "flores-dev.jsonl.xz")][:FLORES_SENTENCES]
    made = {
        "made_with": f"tokenizers {tokenizers.__version__}",
        "corpus": {
            path.stem: entry(tokenizer, corpus_texts(path)) for path in sorted((given.public / "corpus").glob("*.jsonl"))
        },
        "flores": {code: entry(tokenizer, [row[code] for row in rows]) for code in LANGUAGES},
    }
    print(json.dumps(made, indent=1))


def corpus_texts(path: Path) -> list[str]:
    """Passages and questions of a language of the page's corpus, in the order of the file."""
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        text
        for item in items
        for text in [" ".join(item["sentences"]), *(question["text"] for question in item["questions"])]
    ]


def entry(tokenizer: Tokenizer, texts: list[str]) -> dict:
    rows = "\n".join(",".join(map(str, encoded.ids)) for encoded in tokenizer.encode_batch(texts))
    return {"texts": len(texts), "sha256": hashlib.sha256(rows.encode()).hexdigest()}


if __name__ == "__main__":
    main()
