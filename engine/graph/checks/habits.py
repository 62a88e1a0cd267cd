"""Drawings that work but do not learn well, or not at all. Asked only about drawings without errors."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.ending import LOG_SOFTMAX, SOFTMAX, Last, last_layers
from engine.graph.layers.rules import chosen_axis
from engine.graph.problems import Problem
from engine.graph.signature import Signature
from engine.graph.walk import Facts

USUAL_LOSS = {"classes": "cross_entropy", "yes-no": "binary_cross_entropy", "values": "mse"}
"""The loss when the signature leaves it open, by kind of answer."""

_DROPPING = frozenset({"Dropout", "Dropout2d"})

_FLOORED = {
    "ReLU": "it never gives less than 0",
    "Softplus": "it never gives less than 0",
    "Sigmoid": "it only gives numbers between 0 and 1",
    "Tanh": "it only gives numbers between -1 and 1",
    "Softmax": "it only gives shares that add up to 1",
    "LogSoftmax": "it never gives more than 0",
}


def check(facts: Facts) -> Iterator[Problem]:
    signature = facts.signature
    if signature is None or facts.goal is None or facts.goal not in facts.shapes:
        return
    if not facts.is_inside:
        yield from _nothing_learns(facts, facts.goal)
        yield from _last_layers(facts, signature)
    behind: dict[str, str | None] = {}
    for id in facts.order:
        yield from _one_line(facts, id, behind)


def _nothing_learns(facts: Facts, goal: str) -> Iterator[Problem]:
    learning = [id for id in facts.order if facts.parameters.get(id)]
    if not learning:
        message = "Nothing in this network can learn: no layer from the data to the goal has weights."
        yield Problem(goal, "error", message, "nothing learns")
    elif not any(facts.learns(id) for id in learning):
        message = "Every layer with weights is frozen, so that nothing can learn."
        yield Problem(goal, "error", message, "nothing learns")


def _last_layers(facts: Facts, signature: Signature) -> Iterator[Problem]:
    """The layers before the goal, seen through those that pass every number on."""
    for last in last_layers(facts):
        if last.node.kind in _DROPPING and not last.node.bypassed:
            message = (
                f"{last.node.name} sits right before the goal: it sets answers to 0 by chance while training, which no "
                "layer after it can make up for."
            )
            yield Problem(last.id, "warning", message, "dropped")
        elif not last.passes:
            found = _squashed(last, signature)
            if found is not None:
                yield Problem(last.id, found[0], found[1], "squashed")


def _squashed(last: Last, signature: Signature) -> tuple[str, str] | None:
    """Severity and message, when an activation before the goal does not go with the loss."""
    loss = signature.loss or USUAL_LOSS[signature.answer.kind]
    node = last.node
    kind = node.kind
    if node.declaration.gives in (SOFTMAX, LOG_SOFTMAX) and last.gives != node.declaration.gives:
        (x,) = last.inputs
        return "warning", (
            f"{node.name} works along the {x.names[chosen_axis(last.params, x)]} of {x.words()}, not over all answers: "
            "what arrives at the goal are no probabilities. Leave it out, or put a Flatten before it."
        )
    if loss == "cross_entropy":
        if kind == "Softmax":
            return "warning", (
                f"Cross-entropy takes the softmax itself: with {node.name} it is taken twice, and the network learns "
                "slowly and never gets sure."
            )
        if kind == "LogSoftmax":
            return "hint", f"Cross-entropy takes the logarithm of the softmax itself: {node.name} is not needed."
        if kind in _FLOORED:
            return "warning", (
                f"Cross-entropy expects numbers of any size, but the last layer is {node.name}: {_FLOORED[kind]}, so "
                "the network cannot say how sure it is."
            )
    elif loss == "binary_cross_entropy":
        if kind == "Sigmoid":
            return "warning", (
                f"Binary cross-entropy takes the sigmoid itself: with {node.name} it is taken twice, and the network "
                "learns slowly and never gets sure."
            )
        if kind == "Softmax":
            return "warning", f"The softmax of a single number is always 1: with {node.name} nothing can be learned."
        if kind in _FLOORED:
            return "warning", (
                f"Binary cross-entropy expects a number of any size, but the last layer is {node.name}: "
                f"{_FLOORED[kind]}, so the network cannot say no as surely as yes."
            )
    elif kind in _FLOORED:
        return "warning", (
            f"The answer can be any number, but the last layer is {node.name}: {_FLOORED[kind]}, and other answers "
            "are out of its reach."
        )
    return None


def _one_line(facts: Facts, id: str, behind: dict[str, str | None]) -> Iterator[Problem]:
    """Two dense layers with nothing bent between them compute no more than one of them could.

    ``behind`` holds the last layer that does something, for each layer of the order up to this one: many layers may
    follow one long row of layers that do nothing.
    """
    node = facts.graph.nodes[id]
    source = _source(facts, id)
    before = None if source is None else behind[source]
    behind[id] = before if node.bypassed or node.kind == "Identity" else id
    if node.kind != "Linear" or node.bypassed:
        return
    if before is not None and facts.graph.nodes[before].kind == "Linear":
        other = facts.graph.nodes[before].name
        message = (
            f"{other} and {node.name} follow each other without an activation: together they can do no more than one "
            "Linear layer."
        )
        yield Problem(id, "hint", message, "one line")


def _source(facts: Facts, id: str) -> str | None:
    """What feeds the first input of a node."""
    wires = facts.graph.incoming(id)
    return wires[0].source if wires else None
