"""What training reads: token ids of every text, the teacher's embeddings of the English ones, who says the same."""

from dataclasses import dataclass

import numpy as np

from .texts import ENGLISH, Texts


@dataclass
class Prepared:
    """texts as token ids without special tokens: text i is tokens[offsets[i]:offsets[i + 1]].

    teacher: [English texts, width], teacher_row: [texts], -1 where a text is not English.
    """

    tokens: np.ndarray
    offsets: np.ndarray
    languages: np.ndarray
    teacher: np.ndarray
    teacher_row: np.ndarray
    groups: dict[str, np.ndarray]
    answers: list[tuple[int, int, list[int]]]
    definitions: np.ndarray

    def ids(self, text: int) -> np.ndarray:
        return self.tokens[self.offsets[text] : self.offsets[text + 1]]


def prepare(texts: Texts, tokens: np.ndarray, lengths: np.ndarray, english: np.ndarray, teacher: np.ndarray) -> Prepared:
    """english: [n] ids of the English texts, teacher: [n, width] their embeddings."""
    languages = np.array(texts.languages, np.int8)
    if len(lengths) != len(languages) or not np.all(languages[english] == ENGLISH):
        raise ValueError("tokens or teacher embeddings were made from other texts; make them anew")
    rows = np.full(len(languages), -1, np.int32)
    rows[english] = np.arange(len(english), dtype=np.int32)
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return Prepared(
        tokens, offsets, languages, teacher, rows, texts.groups, texts.answers, np.array(texts.definitions, np.int32)
    )


def reduce_width(teacher: np.ndarray, width: int) -> np.ndarray:
    """The teacher's embeddings on their `width` strongest directions, at unit length: cosines stay nearly the same."""
    if width >= teacher.shape[1]:
        return teacher.astype(np.float32)
    full = teacher.astype(np.float32)
    _, directions = np.linalg.eigh(full.T @ full)
    reduced = full @ directions[:, ::-1][:, :width]
    return reduced / np.linalg.norm(reduced, axis=1, keepdims=True)
