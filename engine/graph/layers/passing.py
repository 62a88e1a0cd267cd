"""What layers do to numbers that they do not make themselves: pass them on, move them, average them, keep their range.

Whether a network ends in probabilities is decided by the layer that made them and by all layers behind it. Each layer
says for itself, in its declaration, what it does to them when the network is used (not while it is trained).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from operator import mul

from engine.graph.parameters import Params
from engine.graph.shapes import Shape


class PassingKind(StrEnum):
    """How the numbers that come out of a layer follow from those that arrive."""

    SAME = "same"
    """Each number comes out once, exactly as it was."""
    MEAN = "mean"
    """Each that comes out is a weighted mean of some that arrive."""
    WITHIN = "within"
    """Numbers from 0 to 1 stay from 0 to 1, and no more is known."""


@dataclass(frozen=True)
class Passing:
    """How the numbers that a layer gives follow from those that arrive.

    ``axes`` says of each axis of the output which axis of the input it is (from 0) where the layer leaves that axis
    alone, else None: no number has to do with numbers at another place of such an axis. ``from_zero``: all this is so
    for numbers of 0 or more only. Where a layer joins several inputs it holds for each of them.
    """

    how: PassingKind
    axes: tuple[int | None, ...]
    from_zero: bool = False


PassRule = Callable[[Params, Sequence[Shape]], Passing | None]
"""(settings, input shapes that the layer accepts) -> what it does to numbers; None: it makes numbers of its own."""


def makes_its_own(_p: Params, _inputs: Sequence[Shape]) -> None:
    """For layers that compute something: what most layers do."""
    return None


def unchanged(_p: Params, inputs: Sequence[Shape]) -> Passing:
    """For layers that do nothing when the network is used."""
    return Passing(PassingKind.SAME, whole(inputs[0]))


def unchanged_from_zero(_p: Params, inputs: Sequence[Shape]) -> Passing:
    """For activations that are a straight line on their positive side."""
    return Passing(PassingKind.SAME, whole(inputs[0]), from_zero=True)


def whole(x: Shape) -> tuple[int, ...]:
    """All axes, each where it was."""
    return tuple(range(x.rank))


def laid_out(x: Shape, result: Shape) -> Passing:
    """The same numbers in the same order, under other axes."""
    before = {(size, step): axis for axis, (size, step) in enumerate(zip(x.sizes, _steps(x), strict=True)) if size > 1}
    places = zip(result.sizes, _steps(result), strict=True)
    return Passing(PassingKind.SAME, tuple(before.get(place) for place in places))


def _steps(x: Shape) -> list[int]:
    """How many numbers lie from one place of each axis to the next."""
    return list(accumulate(reversed(x.sizes[1:]), mul, initial=1))[::-1] if x.sizes else []


def resampled(x: Shape, alone: Sequence[bool], how: PassingKind) -> Passing:
    """A picture or signal whose axes behind the channels are resampled, except for those that are left ``alone``."""
    axes = (0, *(axis if left else None for axis, left in enumerate(alone, 1)))
    return Passing(PassingKind.SAME if all(alone) else how, axes)
