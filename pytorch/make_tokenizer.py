"""Makes the tokenizer and the token ids of all texts: python make_tokenizer.py CONFIG --work FOLDER --data FOLDER"""

import json
import pickle

import numpy as np
from distil.arguments import read_arguments
from distil.pieces import make_tokenizer
from distil.texts import read_texts
from distil.work import tokenizer_path

# Texts at once through the tokenizer; bounds its memory.
CHUNK = 50_000


def main() -> None:
    config, given = read_arguments(__doc__, "data")
    texts = read_texts(given.data, given.work / "extra-lexicon.jsonl.xz")
    given.work.mkdir(parents=True, exist_ok=True)
    with open(given.work / "texts.pickle", "wb") as file:
        pickle.dump(texts.without_index(), file)
    size = config["vocabulary"]
    tokenizer = make_tokenizer(texts, size, config["tokenizer_texts"], config["seed"])
    path = tokenizer_path(given.work, size)
    path.write_text(compact(tokenizer.to_str()), "utf-8")
    # What is read back is what the page reads: scores are rounded in the file.
    tokenizer = tokenizer.from_file(str(path))
    encoded = [
        np.array(entry.ids, np.int32)
        for start in range(0, len(texts.texts), CHUNK)
        for entry in tokenizer.encode_batch(texts.texts[start : start + CHUNK], add_special_tokens=False)
    ]
    lengths = np.array([len(ids) for ids in encoded], np.int32)
    np.savez(given.work / f"tokens-{size}.npz", flat=np.concatenate(encoded), lengths=lengths)
    print(f"{len(texts.texts)} texts, {lengths.mean():.1f} pieces a text")


def compact(json_text: str) -> str:
    """Without spaces, and with scores to three decimals: half the size."""
    tokenizer = json.loads(json_text)
    tokenizer["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in tokenizer["model"]["vocab"]]
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
