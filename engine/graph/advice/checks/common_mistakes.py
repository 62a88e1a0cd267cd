"""Drawings that work but do not learn well, or not at all. Asked only about drawings without errors."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph import losses
from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.facts import GraphFacts
from engine.graph.losses import LossKind
from engine.graph.output_activation import OutputActivation, OutputRange, made_at_goal
from engine.graph.signature import Signature
from engine.graph.targets import Target, TargetKind


def check(facts: GraphFacts) -> Iterator[Problem]:
    """What is likely to keep a drawing that works from learning well."""
    signature = facts.signature
    if signature is None or facts.goal is None or facts.goal not in facts.shapes:
        return
    if not facts.is_inside:
        yield from _nothing_learns(facts, facts.goal)
        for goal, target in facts.ends:
            loss = _loss(facts, goal, target, signature)
            yield from _last_layers(facts, goal, target, loss, signature.unit_inputs)
    behind: dict[str, str | None] = {}
    for id in facts.order:
        yield from _one_line(facts, id, behind)


def _nothing_learns(facts: GraphFacts, goal: str) -> Iterator[Problem]:
    learning = [id for id in facts.order if facts.nodes[id].parameters]
    if not learning:
        message = "Nothing in this network can learn: no layer from the data to the goal has parameters."
        yield Problem(goal, Severity.ERROR, message, ProblemCode.NOTHING_LEARNS)
    elif not any(facts.learns(id) for id in learning):
        message = "Every layer with parameters is frozen, so that nothing can learn."
        yield Problem(goal, Severity.ERROR, message, ProblemCode.NOTHING_LEARNS)


def _loss(facts: GraphFacts, goal: str, target: Target, signature: Signature) -> LossKind | None:
    """The loss at a goal block; None for a target that has none."""
    if not losses.fitting(target.kind):
        return None
    chosen = facts.graph.nodes[goal].params.loss if signature.target.goals else signature.loss
    return losses.kind(chosen) if chosen not in ("", "auto") else losses.usual(target.kind)


def _last_layers(
    facts: GraphFacts, goal: str, target: Target, loss: LossKind | None, unit_inputs: bool
) -> Iterator[Problem]:
    """The last layer that makes numbers of its own, and those that pass them on to the goal."""
    made = made_at_goal(facts, goal)
    if made is None:
        return
    for id, name in reversed(made.dropped):
        message = (
            f"{name} sits right before the goal: it sets outputs to 0 at random while training, which no layer after "
            "it can make up for."
        )
        yield Problem(id, Severity.WARNING, message, ProblemCode.DROPPED)
    found = None if loss is None else _squashed(made, target, loss, unit_inputs)
    if found is not None:
        yield Problem(made.id, found[0], found[1], ProblemCode.SQUASHED)


def _squashed(made: OutputRange, target: Target, loss: LossKind, unit_inputs: bool) -> tuple[Severity, str] | None:
    """Severity and message, when an activation before the goal does not go with the loss."""
    name, layer = made.node.name, made.node.declaration
    if layer.gives.is_shares and made.gives is not layer.gives and target.kind is not TargetKind.VALUES:
        return Severity.WARNING, (
            f"{name} does not normalise over all classes together, as along the wrong axis: what arrives at the "
            "goal are not probabilities. Remove it, or put a Flatten before it."
        )
    limits = layer.output_limits
    if loss.applies is OutputActivation.SOFTMAX:
        if made.gives is OutputActivation.SOFTMAX:
            return Severity.WARNING, (
                f"{loss.title} applies the softmax itself: with {name} it is applied twice, and the network learns "
                "slowly and never becomes confident."
            )
        if made.gives is OutputActivation.LOG_SOFTMAX:
            return Severity.HINT, f"{loss.title} applies the logarithm of the softmax itself: {name} is not needed."
        if limits:
            return Severity.WARNING, (
                f"{loss.title} expects numbers of any size, but the last layer is {name}: {limits}, so the network "
                "cannot say how sure it is."
            )
    elif loss.applies is OutputActivation.SIGMOID:
        if made.gives is OutputActivation.SOFTMAX:
            return Severity.WARNING, f"The softmax of a single number is always 1: with {name} nothing can be learned."
        if made.gives is OutputActivation.SIGMOID:
            return Severity.WARNING, (
                f"{loss.title} applies the sigmoid itself: with {name} it is applied twice, and the network learns "
                "slowly and never becomes confident."
            )
        if limits:
            return Severity.WARNING, (
                f"{loss.title} expects a number of any size, but the last layer is {name}: {limits}, so the network "
                "cannot say no as surely as yes."
            )
    elif limits and loss.link is not None:
        return Severity.WARNING, (
            f"{loss.title} applies {loss.link.does} to the output itself and expects numbers of any size, but the last "
            f"layer is {name}: {limits}, and other values are out of its reach."
        )
    elif limits and _within_reach(made, target, unit_inputs):
        return None
    elif limits and target.gives_back_input:
        return Severity.WARNING, (
            f"The goal is to give back the input, which is not kept between 0 and 1, but the last layer is {name}: "
            f"{limits}. Set Prepare inputs to scale to 0 … 1, or remove the layer."
        )
    elif limits:
        return Severity.WARNING, (
            f"The target can be any number, but the last layer is {name}: {limits}, and other values "
            "are out of its reach."
        )
    return None


def _within_reach(made: OutputRange, target: Target, unit_inputs: bool) -> bool:
    """Whether what has to come out are numbers from 0 to 1, all of which the last layer can give."""
    return target.gives_back_input and unit_inputs and not made.node.declaration.gives.is_shares


def _one_line(facts: GraphFacts, id: str, behind: dict[str, str | None]) -> Iterator[Problem]:
    """Two dense layers without an activation between them compute no more than one could.

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
        yield Problem(id, Severity.HINT, message, ProblemCode.ONE_LINE)


def _source(facts: GraphFacts, id: str) -> str | None:
    """What feeds the first input of a node."""
    wires = facts.graph.incoming(id)
    return wires[0].source if wires else None
