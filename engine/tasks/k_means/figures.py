"""How good groups are: figures that others can check, under names that stay."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.tasks.k_means.kind import NO_LABEL
from engine.tasks.k_means.lloyd import Points
from engine.training import random

MOST_COMPARED = 2_000
"""Rows of the sample that a silhouette is measured on: each is compared with each."""
_SAMPLE = 21


def final(train: Points, labels: Tensor, test: Points | None, centres: Tensor, seed: int) -> dict[str, Any]:
    """The figures of K×D centres, as plain numbers and lists.

    Of the training rows: ``inertia``, the sum of the squared distances to the nearest centre; ``floor_inertia``, the
    same around one centre; ``train_distance``, their mean; ``group_sizes``; ``silhouette`` on ``silhouette_rows`` of
    them (P. Rousseeuw, 1987; None where there are fewer than two groups); ``adjusted_rand`` between groups and
    ``labels`` (L. Hubert, P. Arabie, 1985; None where there are none). Of the test rows: ``test_distance`` and
    ``test_rows``, where there are any. A run that has come to its end adds ``converged_after``, in rounds. All
    distances are in the units of the prepared samples.
    """
    groups, squared = train.nearest(centres)
    sizes = torch.bincount(groups, minlength=len(centres))
    compared = _sample(len(train), seed)
    figures: dict[str, Any] = {
        "inertia": float(squared.sum()),
        "floor_inertia": train.variance * train.rows.shape[1] * len(train),
        "train_distance": float(squared.mean()),
        "group_sizes": sizes.tolist(),
        "silhouette": silhouette(train.take(compared), groups[compared.to(groups.device)]),
        "silhouette_rows": len(compared),
        "adjusted_rand": adjusted_rand(groups.cpu(), labels.cpu()) if int(labels.min()) > NO_LABEL else None,
    }
    if test is not None:
        figures |= {"test_distance": float(test.nearest(centres)[1].mean()), "test_rows": len(test)}
    return figures


def silhouette(points: Points, groups: Tensor) -> float | None:
    """The mean over all rows of how much nearer they are to their own group than to the next, −1 to 1.

    A row that is alone in its group counts 0. None with fewer than two groups, or with every row in one of its own.
    """
    present = torch.unique(groups)
    if not 2 <= len(present) < len(points):
        return None
    numbers = torch.searchsorted(present, groups)
    belongs = torch.nn.functional.one_hot(numbers, len(present)).double()
    sizes = belongs.sum(0)
    distances = points.squared_distances(points.rows).sqrt().double()
    distances.fill_diagonal_(0)
    sums = distances @ belongs
    own = sums.gather(1, numbers[:, None])[:, 0] / (sizes[numbers] - 1).clamp_min(1)
    others = (sums / sizes).scatter(1, numbers[:, None], torch.inf).min(1).values
    score = (others - own) / torch.maximum(others, own)
    return float(torch.where((sizes[numbers] > 1) & score.isfinite(), score, 0.0).mean())


def adjusted_rand(groups: Tensor, labels: Tensor) -> float:
    """How alike two divisions of N rows are: 1 for the same, about 0 for those that have nothing to do with another."""
    rows, columns = (torch.unique(one, return_inverse=True)[1] for one in (groups, labels))
    across = int(columns.max()) + 1
    table = torch.bincount(rows * across + columns, minlength=(int(rows.max()) + 1) * across).double()
    table = table.reshape(-1, across)
    together, by_row, by_column = (_pairs(one) for one in (table, table.sum(1), table.sum(0)))
    every = _pairs(torch.tensor([float(len(groups))]))
    expected = by_row * by_column / every if every else 0.0
    most = (by_row + by_column) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _pairs(counts: Tensor) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _sample(rows: int, seed: int) -> Tensor:
    if rows <= MOST_COMPARED:
        return torch.arange(rows)
    return torch.randperm(rows, generator=random.generator(seed, _SAMPLE, 0))[:MOST_COMPARED].sort().values
