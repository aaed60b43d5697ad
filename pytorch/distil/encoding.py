"""Many texts of many lengths through the body with little padding."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .model import Body

START, END = 1, 2


def chunks(lengths: np.ndarray, tokens: int) -> list[np.ndarray]:
    """Indices in order of length, cut so that no chunk holds more than `tokens` padded tokens."""
    order = np.argsort(lengths, kind="stable")
    cut, begin = [], 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end + 1 - begin) * lengths[order[end]] > tokens:
            cut.append(order[begin:end])
            begin = end
    return cut


def pad(sequences: list[np.ndarray], ends: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Ids with <s> and </s>, and the mask; [rows, longest]. Padding has id 0, which the mask hides."""
    length = max(map(len, sequences)) + 2
    ids = np.zeros((len(sequences), length), np.int64)
    mask = np.zeros((len(sequences), length), bool)
    for row, sequence in enumerate(sequences):
        ids[row, 0], ids[row, len(sequence) + 1] = ends
        ids[row, 1 : len(sequence) + 1] = sequence
        mask[row, : len(sequence) + 2] = True
    return ids, mask


def encode(
    body: Body, words: Tensor, sequences: list[np.ndarray], tokens: int, ends: tuple[int, int] = (START, END)
) -> Tensor:
    """Unit embeddings [texts, width]; `words` holds the rows that the ids point at, `ends` among them."""
    lengths = np.array([len(sequence) + 2 for sequence in sequences])
    parts, order = [], []
    for chosen in chunks(lengths, tokens):
        ids, mask = pad([sequences[i] for i in chosen], ends)
        rows = F.embedding(torch.from_numpy(ids), words)  # [rows, length, width]
        parts.append(body(rows, torch.from_numpy(mask)))
        order.append(chosen)
    back = torch.from_numpy(np.argsort(np.concatenate(order)))
    return F.normalize(torch.cat(parts)[back], dim=-1)
