"""Drawings that work but do not learn well, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.problems import Problem
from engine.graph.walk import Facts

USUAL_LOSS = {"classes": "cross_entropy", "yes-no": "binary_cross_entropy", "values": "mse"}
"""The loss when the signature leaves it open, by kind of answer."""


def check(facts: Facts) -> Iterator[Problem]:
    if facts.signature is None:
        return
    yield from _nothing_learns(facts)


def _nothing_learns(facts: Facts) -> Iterator[Problem]:
    learning = [id for id in facts.order if facts.parameters.get(id)]
    if not learning:
        message = "Nothing in this network can learn: no layer from the data to the goal has weights."
        yield Problem(facts.goal, "error", message, "nothing learns")
    elif all(facts.graph.nodes[id].frozen for id in learning):
        message = "Every layer with weights is frozen, so that nothing can learn."
        yield Problem(facts.goal, "error", message, "nothing learns")
