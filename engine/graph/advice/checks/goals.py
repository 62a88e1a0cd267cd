"""Whether each of several targets has one goal block."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.columns import listed
from engine.graph.facts import GraphFacts
from engine.graph.losses import LossKind, fitting, kinds
from engine.graph.shapes import ShapeError
from engine.graph.targets import Target


def check(facts: GraphFacts) -> Iterator[Problem]:
    """Targets without a goal block, and goal blocks for one that has another already."""
    signature = facts.signature
    if signature is None or facts.is_inside or not facts.graph.outputs:
        return
    names = signature.target.goals
    made: dict[str, str] = {}
    for node in facts.graph.outputs if names else ():
        goal = node.params.goal
        if goal in made:
            message = f"{made[goal]} learns {goal} already: choose another target here, or remove {node.name}."
            yield Problem(node.id, Severity.ERROR, message, ProblemCode.GOAL_TWICE)
        elif goal in names:
            made[goal] = node.name
        elif not facts.nodes[node.id].inputs:  # where something reaches it, the shape rule says so
            try:
                signature.target.at_goal(goal)
            except ShapeError as error:
                yield Problem(node.id, Severity.ERROR, str(error), ProblemCode.GOAL)
    for id, target in facts.ends if names else ():
        yield from _loss(facts, id, target)
    free = [node for node in facts.graph.outputs if node.params.goal not in names]
    missing = [name for name in names if name not in made] if not free else []
    if missing:
        one = len(missing) == 1
        message = (
            f"{listed(missing)} {'is' if one else 'are'} to be learned too, and no goal block is for "
            f"{'it' if one else 'them'}."
        )
        yield Problem(facts.graph.outputs[0].id, Severity.ERROR, message, ProblemCode.GOAL_MISSING)


def losses_for(target: Target) -> tuple[LossKind, ...]:
    """The losses that one of several targets can be learned with: of such a target, and of its values as they are."""
    return tuple(kind for kind in fitting(target.kind) if kind.link is None)


def _loss(facts: GraphFacts, id: str, target: Target) -> Iterator[Problem]:
    node = facts.graph.nodes[id]
    able = {kind.name: kind.title for kind in losses_for(target)}
    if node.params.loss in ("auto", *able):
        return
    known = kinds().get(node.params.loss)
    called = known.title if known is not None else node.params.loss
    message = f"{node.params.goal} cannot be learned with the loss {called}. Choose {' or '.join(able.values())}."
    yield Problem(id, Severity.ERROR, message, ProblemCode.GOAL_LOSS)
