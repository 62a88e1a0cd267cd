"""How a drawing ends: whether what arrives at the goal are probabilities already, whatever only passes them on.

Each layer's declaration says what its numbers are and whether it passes numbers on; nothing is decided here by name.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from engine.graph.graph import Node
from engine.graph.layers.kind import LOG_SOFTMAX, PLAIN, SIGMOID, SOFTMAX
from engine.graph.layers.rules import chosen_axis
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.walk import Facts

__all__ = ["LOG_SOFTMAX", "PLAIN", "SIGMOID", "SOFTMAX", "Last", "ending", "last_layers"]


@dataclass(frozen=True)
class Last:
    """One of the last layers: its ``node``, the ``id`` in the drawing (that of the block it is in, if it is in one),
    its settings and the shapes that arrive at it."""

    id: str
    node: Node
    params: Params
    inputs: tuple[Shape, ...]

    @property
    def passes(self) -> bool:
        """Whether it passes all numbers on unchanged when the network is used, perhaps in other axes."""
        return self.node.bypassed or self.node.declaration.passes(self.params, self.inputs)

    @property
    def gives(self) -> str:
        """SOFTMAX, LOG_SOFTMAX, SIGMOID or PLAIN: what its numbers are, all of them taken as one answer.

        A softmax along an axis that does not hold all of the numbers gives no probabilities of the classes.
        """
        gives = self.node.declaration.gives
        if gives in (SOFTMAX, LOG_SOFTMAX):
            (x,) = self.inputs
            if x.sizes[chosen_axis(self.params, x)] != x.count:
                return PLAIN
        return gives


def last_layers(facts: Facts) -> Iterator[Last]:
    """The layers before the goal, from the last one back to the first that does not only pass numbers on.

    That one is included. Blocks are looked into, through all of their repetitions. Nothing is yielded for a drawing
    without exactly one goal, or where the shapes are not known.
    """
    goals = facts.graph.of_kind("Output")
    if len(goals) == 1:
        yield from _before(facts, goals[0].id, "")


def ending(facts: Facts) -> str:
    """What arrives at the goal: SOFTMAX, LOG_SOFTMAX, SIGMOID (when the network is used) or PLAIN."""
    *_passing, last = (None, *last_layers(facts))
    return PLAIN if last is None or last.passes else last.gives


def _before(facts: Facts, id: str, block: str) -> Generator[Last, None, str | None]:
    """The last layers before a node; ``block`` is the id of the outermost block around, "" where there is none.

    Returns the id of the Input that is reached through layers that only pass numbers on, None when none is.
    """
    graph = facts.graph
    before = next(iter(graph.sources(id)), None)
    while before is not None:
        node, entry = graph.nodes[before], 0
        if node.kind == "Input":
            return before
        if before not in facts.params or before not in facts.inputs:
            return None
        if node.block is None or node.bypassed:
            last = Last(block or before, node, facts.params[before], facts.inputs[before])
            yield last
            if not last.passes:
                return None
        else:
            entries = [inner.id for inner in node.block.entries]
            # Each repetition takes what the one before it gives at the first input.
            for run in reversed(facts.inside.get(before, ())):
                if run.goal is None:
                    return None
                reached = yield from _before(run, run.goal, block or before)
                if reached is None:
                    return None
                entry = entries.index(reached)
                if entry:
                    break
        sources = graph.sources(before)
        before = sources[entry] if entry < len(sources) else None
    return None
