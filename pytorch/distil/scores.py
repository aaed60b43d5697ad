"""Retrieval scores as the page computes them: exact full ranks, ties to the earlier passage.

Definitions: arXiv 2408.10536 and LAReQA; mAP over the full ranking, rank distance after KD-SPD (SIGIR 2023).
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Scores:
    mono: float
    cross: float
    multi: float
    rank_distance: float
    # [query language, passage language]: mAP against one language's passages alone.
    matrix: Tensor

    def line(self) -> str:
        return f"mono {self.mono:.4f} cross {self.cross:.4f} multi {self.multi:.4f} rd {self.rank_distance:.0f}"


def score(queries: list[Tensor], passages: list[Tensor], relevant: list[Tensor]) -> Scores:
    """queries[l]: [n, width], passages[l]: [m, width], unit length; relevant[l]: [n], index in passages[l].

    Question i is the same in every language, and has one relevant passage in each.
    """
    languages = len(queries)
    pool = torch.cat(passages)
    starts = torch.tensor([0, *[len(own) for own in passages]]).cumsum(0)
    columns = torch.stack([relevant[l] + starts[l] for l in range(languages)], 1)  # [n, languages]
    matrix = torch.zeros(languages, languages, dtype=torch.float64)
    average_precision, distance = [], []
    for language in range(languages):
        similarity = queries[language] @ pool.T  # [n, pool]
        for other in range(languages):
            block = similarity[:, starts[other] : starts[other + 1]]
            matrix[language, other] = (1 / _ranks(block, relevant[other])).mean()
        ranks = torch.stack([_ranks(similarity, columns[:, other]) for other in range(languages)], 1)
        ordered = ranks.sort(1).values
        average_precision.append((torch.arange(1, languages + 1) / ordered).mean())
        distance.append((ordered[:, -1] - ordered[:, 0]).mean())
    own = matrix.diagonal()
    cross = (matrix.sum() - own.sum()) / (languages * (languages - 1))
    return Scores(
        own.mean().item(),
        cross.item(),
        torch.stack(average_precision).mean().item(),
        torch.stack(distance).mean().item(),
        matrix,
    )


def _ranks(similarity: Tensor, column: Tensor) -> Tensor:
    """Rank of each row's relevant column, 1 being best; of equals the earlier column ranks first."""
    own = similarity.gather(1, column[:, None])
    earlier = torch.arange(similarity.shape[1])[None] < column[:, None]
    return (1 + ((similarity > own) | ((similarity == own) & earlier)).sum(1)).double()
