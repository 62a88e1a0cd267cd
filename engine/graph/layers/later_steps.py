"""Whether what a layer gives at a place of an axis may depend on places after it: what a layer declares of itself.

A network that is to say what comes next must not look at it. Each layer says for itself along which axes it looks
ahead; of one that says nothing it is taken for granted that it looks everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.graph.parameters import Params
from engine.graph.shapes import Shape

AheadRule = Callable[[Params, Sequence[Shape]], frozenset[str]]
"""(settings, input shapes that the layer accepts) -> the names of the axes along which it looks ahead."""

TIME = "time"
"""The axis of the steps of a sequence."""


def looks_everywhere(_p: Params, inputs: Sequence[Shape]) -> frozenset[str]:
    """For layers of which nothing better is known."""
    return frozenset(name for x in inputs for name in x.names)


def looks_nowhere(_p: Params, _inputs: Sequence[Shape]) -> frozenset[str]:
    """For layers that do something with each number, or each token, by itself."""
    return frozenset()


def along_last(_p: Params, inputs: Sequence[Shape]) -> frozenset[str]:
    """For layers that mix the numbers of the last axis."""
    return frozenset(inputs[0].names[-1:])




def within_steps(looks_ahead: bool) -> frozenset[str]:
    """For layers that mix the features of sequences at each step and, if they look ahead, those of the steps."""
    return frozenset(("features", TIME) if looks_ahead else ("features",))
