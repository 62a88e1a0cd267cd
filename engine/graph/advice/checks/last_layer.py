"""Targets that one kind of layer alone can answer, and layers whose weights only such a target fits.

Asked only about drawings in which data comes to the goal.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.facts import GraphFacts


def check(facts: GraphFacts) -> Iterator[Problem]:
    """Where the layer that a target needs is missing, is there twice, is not the last, or is there for nothing."""
    goal, signature = facts.goal, facts.signature
    if goal is None or signature is None or facts.is_inside or goal not in facts.shapes:
        return
    wanted = signature.target.last_layer
    there = layers_of(facts, wanted)
    missing = list(_wanted(facts, goal, wanted, there)) if wanted else []
    yield from missing
    for id in facts.order:
        node = facts.graph.nodes[id]
        if node.declaration.fitted and not node.bypassed and node.kind != wanted:
            message = (
                f"{node.name} is never fitted here: only a task that ends in {node.kind} does that. Remove it, or "
                "choose that task at the goal."
            )
            yield Problem(id, Severity.ERROR, message, ProblemCode.NOT_FITTED)
        elif wanted and not missing and node.kind != wanted and facts.learns(id):
            message = (
                f"{node.name} is not trained here: only {wanted} learns from the samples. As long as it has the "
                "weights it began with, it mixes them at random."
            )
            yield Problem(id, Severity.WARNING, message, ProblemCode.UNTRAINED)


def layers_of(facts: GraphFacts, kind: str) -> list[str]:
    """The layers of a kind on the way to the goal that are at work, in their order."""
    nodes = facts.graph.nodes
    return [id for id in facts.order if nodes[id].kind == kind and not nodes[id].bypassed]


def behind(facts: GraphFacts, id: str) -> list[str]:
    """What stands between a layer and the goal, and is not bypassed."""
    after = facts.order[facts.order.index(id) + 1 :]
    nodes = facts.graph.nodes
    return [other for other in after if not nodes[other].is_end and not nodes[other].bypassed]


def _wanted(facts: GraphFacts, goal: str, wanted: str, there: list[str]) -> Iterator[Problem]:
    nodes, need = facts.graph.nodes, facts.signature.target.wanted() if facts.signature else ""
    if not there:
        yield Problem(goal, Severity.ERROR, f"The goal needs {need}, but the diagram has none.", ProblemCode.LAST_LAYER)
    elif len(there) > 1:
        names = " and ".join(nodes[id].name for id in there[:2])
        message = f"The diagram has {len(there)} {wanted} layers ({names}); the goal takes what one of them gives."
        yield Problem(goal, Severity.ERROR, message, ProblemCode.LAST_LAYER)
    elif others := behind(facts, there[0]):
        message = (
            f"{nodes[others[0]].name} stands behind {nodes[there[0]].name}, but the goal needs {need}: nothing may "
            "stand between the two."
        )
        yield Problem(goal, Severity.ERROR, message, ProblemCode.LAST_LAYER)
