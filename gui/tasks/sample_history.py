"""What a network made of the same input after several numbers of steps, so that one sees it grow better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 24
"""So many moments are kept."""
_APART = 1.2
"""A moment that is less than so many times as late as the one before it is not worth the work."""


@dataclass(frozen=True, eq=False)
class Moment:
    """Pictures (uint8 N×channels×height×width) that were made after ``step`` steps."""

    step: int
    pictures: NDArray[np.uint8]


def thinned(moments: Sequence[Moment], most: int) -> tuple[Moment, ...]:
    """At most ``most`` (1 or more) of the moments, which are in order: the last, the first, and of those between them
    some whose steps grow by about the same factor, since a network grows better the slower the longer it learns."""
    left = list(moments)
    while len(left) > max(most, 2):
        spans = [_span(left[at - 1], left[at + 1]) for at in range(1, len(left) - 1)]
        del left[1 + spans.index(min(spans))]
    return tuple(left[-most:])


def _span(one: Moment, other: Moment) -> float:
    return math.log((other.step + 1) / (one.step + 1))


class SampleHistory:
    """The moments of one run, the newest last."""

    def __init__(self) -> None:
        self._moments: tuple[Moment, ...] = ()

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is kept."""
        return self._moments

    def clear(self) -> None:
        """Forget all of them: what comes is of another run."""
        self._moments = ()

    def lacks(self, step: int) -> bool:
        """Whether so much has been learned since the newest moment that one after ``step`` steps should be kept."""
        return not self._moments or step > _APART * self._moments[-1].step

    def add(self, step: int, pictures: NDArray[np.uint8]) -> None:
        """Keep the newest moment; what was made as late or later is forgotten, since it is of another run."""
        before = tuple(moment for moment in self._moments if moment.step < step)
        self._moments = thinned((*before, Moment(step, pictures)), MOST)
