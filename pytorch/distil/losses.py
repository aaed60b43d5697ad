"""What is minimised: ranking among all texts of the batch, and nearness to the teacher."""

import torch
from torch import Tensor
from torch.nn import functional as F

# English sides nearer than this say the same: neither is a negative of the other.
SAME_MEANING = 0.85


def ranking(first: Tensor, second: Tensor, others: Tensor | None, alike: Tensor | None, temperature: float) -> Tensor:
    """InfoNCE in both directions, with negatives from both sides.

    first, second: [n, width], row i of one is the positive of row i of the other; others: [m, width], negatives
    of all. alike: [n, n] bool, pairs of rows that are no negatives of each other.
    Negatives of the query's own side are what teaches an encoder to pass over the query's own language.
    """
    n = len(first)
    both = torch.cat([first, second])
    logits = both @ both.T / temperature  # [2n, 2n]
    barred = torch.eye(2 * n, dtype=torch.bool)
    if alike is not None:
        alike = alike & ~torch.eye(n, dtype=torch.bool)
        barred |= alike.repeat(2, 2)
    logits = logits.masked_fill(barred, -1e4)
    if others is not None and len(others):
        logits = torch.cat([logits, both @ others.T / temperature], 1)
    positives = torch.arange(2 * n).roll(n)
    return F.cross_entropy(logits, positives)


def one_way_ranking(first: Tensor, second: Tensor, others: Tensor | None, temperature: float) -> Tensor:
    """InfoNCE from questions to passages: other questions are no passages."""
    passages = second if others is None or not len(others) else torch.cat([second, others])
    return F.cross_entropy(first @ passages.T / temperature, torch.arange(len(first)))


def distillation(embeddings: Tensor, teacher: Tensor) -> Tensor:
    """Mean of one minus cosine to the teacher's embedding of the English side."""
    return 1 - (embeddings * teacher).sum(1).mean()
