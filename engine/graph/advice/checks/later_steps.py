"""Networks that are to say what comes next, and can see it: they would learn to copy it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.facts import GraphFacts
from engine.graph.layers.later_steps import TIME


def check(facts: GraphFacts) -> Iterator[Problem]:
    """The layers on the way to the goal that look at later steps, and blocks with such a layer inside."""
    if facts.signature is None or not facts.signature.target.from_earlier_only:
        return
    for id in facts.order:
        node = facts.graph.nodes[id]
        if node.bypassed or node.is_end or id not in facts.shapes:
            continue
        if node.block is not None:
            error, _ = first_inside(facts, id)
            if error is not None:
                message = f"Inside {node.name}: {error.message}"
                yield Problem(id, Severity.ERROR, message, ProblemCode.SEES_ANSWER)
        elif sees_later(facts, id):
            message = (
                f"{node.name} can see the answer: what it gives at a step depends on the steps after it, and the step "
                "after it is what is to be predicted."
            )
            yield Problem(id, Severity.ERROR, message, ProblemCode.SEES_ANSWER)


def sees_later(facts: GraphFacts, id: str) -> bool:
    """Whether a layer with known shapes looks at later steps of what arrives."""
    known = facts.nodes[id]
    steps = any(TIME in x.names for x in known.inputs)
    return steps and TIME in facts.graph.nodes[id].declaration.looks_ahead(known.params, known.inputs)


def first_inside(facts: GraphFacts, id: str) -> tuple[Problem | None, int]:
    """The first such problem inside a block, and the repetition (from 0) it is in."""
    for number, run in enumerate(facts.nodes[id].runs):
        for problem in check(run):
            return problem, number
    return None, 0
