"""k-means on rows of numbers: where centres begin, which is nearest, and how they move. Knows no drawing and no run.

Distances and means are worked out in float64, whatever the rows are kept in, so that rounding never makes them worse
from one step to the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

AT_ONCE = 2**21
"""Numbers that are worked on at a time: many rows need no more memory than these."""
MOST_AT_START = 10_000
"""Rows that the first centres are chosen from, where there are not many times as many centres."""


class Points:
    """N rows of D numbers, float32, and what k-means asks of them. Raises ValueError without rows."""

    def __init__(self, rows: Tensor) -> None:
        if rows.ndim != 2 or not len(rows):
            raise ValueError(f"points are N × D with N of 1 or more, not {tuple(rows.shape)}")
        self.rows = rows
        self.device = rows.device
        self._precise = torch.float32 if rows.device.type == "mps" else torch.float64  # which MPS does not have
        # Near 0 squares lose the least to rounding, wherever the rows lie.
        self._middle = sum(part.sum(0) for part in self._parts(1)) / len(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def chosen(self, index: Tensor) -> Tensor:
        """A copy of the rows numbered ``index``."""
        return self.rows.index_select(0, index.to(self.device))

    def take(self, index: Tensor) -> Points:
        """The rows numbered ``index`` as points of their own."""
        return Points(self.chosen(index))

    @property
    def variance(self) -> float:
        """The mean over the features of the variance of each, by which a tolerance is measured."""
        return sum(float(((part - self._middle) ** 2).sum()) for part in self._parts(1)) / self.rows.numel()

    def nearest(self, centres: Tensor) -> tuple[Tensor, Tensor]:
        """For every row the number of the nearest of K×D centres, and the squared distance to it."""
        found = [squared.min(1) for squared in self._squared(centres)]
        return torch.cat([one.indices for one in found]), torch.cat([one.values for one in found])

    def squared_distances(self, centres: Tensor) -> Tensor:
        """N×K squared distances to K×D centres."""
        return torch.cat(list(self._squared(centres)))

    def means(self, groups: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """The sums of the rows of each of ``count`` groups, K×D around the middle of all rows, and how many they are.

        ``add_middle`` makes places of such sums divided by their number.
        """
        sums = torch.zeros(count, self.rows.shape[1], dtype=self._precise, device=self.device)
        at = 0
        for part in self._parts(count):
            mine = groups[at : at + len(part)]
            belongs = torch.nn.functional.one_hot(mine, count).to(self._precise)
            sums += belongs.T @ (part - self._middle)
            at += len(part)
        return sums, torch.bincount(groups, minlength=count)

    def centred(self, places: Tensor) -> Tensor:
        """Places around the middle of all rows."""
        return places.to(self._precise) - self._middle

    def add_middle(self, places: Tensor) -> Tensor:
        """Places around the middle as places among the rows, float32."""
        return (places + self._middle).float()

    def _parts(self, columns: int) -> Iterator[Tensor]:
        rows = max(1, AT_ONCE // max(columns, self.rows.shape[1]))
        for part in self.rows.split(rows):
            yield part.to(self._precise)

    def _squared(self, centres: Tensor) -> Iterator[Tensor]:
        middles = self.centred(centres)
        lengths = (middles**2).sum(1)
        for part in self._parts(len(centres)):
            around = part - self._middle
            yield ((around**2).sum(1, keepdim=True) - 2 * around @ middles.T + lengths).clamp_min(0)


def first_centres(points: Points, count: int, generator: torch.Generator) -> tuple[Tensor, float]:
    """``count`` of the rows to begin with, K×D, and the mean squared distance to the nearest of them.

    Each is drawn with a probability proportional to the squared distance to those before it, and of several draws the
    best is taken: greedy k-means++ (D. Arthur, S. Vassilvitskii, "k-means++: The Advantages of Careful Seeding", 2007).
    """
    most = max(MOST_AT_START, 10 * count)
    if len(points) > most:
        points = points.take(torch.randperm(len(points), generator=generator)[:most])
    trials = 2 + int(math.log(count))
    first = torch.randint(len(points), (1,), generator=generator)
    chosen = [first]
    closest = points.squared_distances(points.chosen(first))[:, 0]
    for _ in range(count - 1):
        draws = torch.rand(trials, generator=generator, dtype=torch.float64)
        candidates = _drawn(closest, draws)
        reached = torch.minimum(closest[:, None], points.squared_distances(points.chosen(candidates)))
        best = int(reached.sum(0).argmin())
        closest = reached[:, best]
        chosen.append(candidates[best : best + 1])
    return points.chosen(torch.cat(chosen)), float(closest.mean())


def any_rows(points: Points, count: int, generator: torch.Generator) -> tuple[Tensor, float]:
    """``count`` different rows, each as likely as any, and the mean squared distance of all to the nearest of them."""
    centres = points.chosen(torch.randperm(len(points), generator=generator)[:count])
    return centres, float(points.nearest(centres)[1].mean())


def _drawn(weights: Tensor, draws: Tensor) -> Tensor:
    """Rows drawn with a probability proportional to their weights; the first where all lie on centres already."""
    reached = weights.cpu().double().cumsum(0)
    return torch.searchsorted(reached, draws * reached[-1]).clamp_max(len(weights) - 1)


def lloyd(points: Points, centres: Tensor, groups: Tensor, squared: Tensor) -> Tensor:
    """Where K×D centres move: to the mean of the rows nearest to them (S. Lloyd, "Least Squares Quantization in PCM",
    1982).

    ``groups`` and ``squared`` are what ``Points.nearest`` gave for them. A centre without rows takes over the row that
    lies farthest from its own; where no row is any distance from its centre, it stays where it is.
    """
    sums, sizes = points.means(groups, len(centres))
    sizes = sizes.to(sums.dtype)
    for empty, row in zip((sizes == 0).nonzero().flatten().tolist(), _spare(groups, squared, sizes), strict=False):
        place, owner = points.centred(points.rows[row]), int(groups[row])
        sums[owner] -= place
        sizes[owner] -= 1
        sums[empty], sizes[empty] = place, 1
    moved = points.add_middle(sums / sizes.clamp_min(1)[:, None])
    return torch.where((sizes > 0)[:, None], moved, centres)


def _spare(groups: Tensor, squared: Tensor, sizes: Tensor) -> Iterator[int]:
    """Rows that may be taken from their groups, the farthest first: no group loses its last one."""
    left = sizes.clone()
    for row in torch.argsort(squared, descending=True, stable=True).tolist():
        if float(squared[row]) <= 0:
            return
        if left[groups[row]] > 1:
            left[groups[row]] -= 1
            yield row


def mini_batch(
    points: Points, centres: Tensor, seen: Tensor, groups: Tensor, squared: Tensor, *, fill: bool
) -> tuple[Tensor, Tensor]:
    """Where centres move by a few rows: to the mean of all rows that were ever nearest to them, and how many these are.

    The rate of each centre so is one over the number of its rows (D. Sculley, "Web-Scale K-Means Clustering", 2010).
    ``seen`` is K rows so far. With ``fill`` a centre that never had any takes over the farthest of these rows.
    """
    sums, sizes = points.means(groups, len(centres))
    total = seen + sizes
    before = points.centred(centres) * seen[:, None].to(sums.dtype)
    moved = points.add_middle((before + sums) / total.clamp_min(1)[:, None].to(sums.dtype))
    centres = torch.where((total > 0)[:, None], moved, centres)
    if fill:
        empty = (total == 0).nonzero().flatten().tolist()
        for number, row in zip(empty, _spare(groups, squared, sizes), strict=False):
            centres[number], total[number] = points.rows[row], 1
    return centres, total
