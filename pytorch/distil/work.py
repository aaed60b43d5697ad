"""The folder of intermediate files: texts, tokenizers, token ids, the teacher's embeddings."""

import pickle
from pathlib import Path

import numpy as np

from .prepared import Prepared, prepare, reduce_width


def tokenizer_path(work: Path, vocabulary: int) -> Path:
    return work / f"tokenizer-{vocabulary}.json"


def load_prepared(work: Path, vocabulary: int, width: int | None) -> Prepared:
    """What training reads; the teacher's embeddings on `width` directions, or none."""
    with open(work / "texts.pickle", "rb") as file:
        texts = pickle.load(file)
    tokens = np.load(work / f"tokens-{vocabulary}.npz")
    teacher = np.load(work / "teacher.npz")
    reduced = np.zeros((len(teacher["ids"]), 0)) if width is None else reduce_width(teacher["embeddings"], width)
    return prepare(texts, tokens["flat"], tokens["lengths"], teacher["ids"], reduced)
