"""AdamW, and its lazy form for the rows of the word embeddings that a batch touches."""

import torch
from torch import Tensor

BETA1, BETA2, EPSILON = 0.9, 0.98, 1e-8


class RowAdam:
    """Adam on the rows of a table that had a gradient; the other rows and their moments stay as they are."""

    def __init__(self, table: Tensor):
        self.table = table
        self.mean = torch.zeros_like(table)
        self.square = torch.zeros_like(table)
        self.steps = torch.zeros(len(table))

    def update(self, rows: Tensor, gradient: Tensor, rate: float) -> None:
        """rows: [n] distinct; gradient: [n, width]."""
        self.steps[rows] += 1
        age = self.steps[rows, None]
        mean = self.mean[rows].lerp_(gradient, 1 - BETA1)
        square = self.square[rows].mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
        self.mean[rows], self.square[rows] = mean, square
        scale = (1 - BETA2**age).sqrt_() / (1 - BETA1**age)
        self.table[rows] -= rate * scale * mean / (square.sqrt() + EPSILON)

    def state(self) -> dict[str, Tensor]:
        return {"table": self.table, "mean": self.mean, "square": self.square, "steps": self.steps}

    def restore(self, state: dict[str, Tensor]) -> None:
        for name, value in state.items():
            getattr(self, name).copy_(value)


def rate_at(step: int, steps: int, warm_up: int) -> float:
    """Share of the full rate: a linear rise, then a linear fall to a hundredth."""
    if step < warm_up:
        return (step + 1) / warm_up
    return max(0.01, (steps - step) / max(1, steps - warm_up))
