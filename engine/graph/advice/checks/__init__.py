"""What can be wrong with a drawing: one file a kind of check, each a function from facts to problems."""

from __future__ import annotations

from engine.graph.advice.checks import (
    columns,
    common_mistakes,
    generating,
    goals,
    last_layer,
    later_steps,
    normalising,
    structure,
)
from engine.graph.advice.problems import Problem, Severity
from engine.graph.facts import GraphFacts


def find(facts: GraphFacts) -> tuple[Problem, ...]:
    """All problems, errors first, then in the order in which data runs. They carry no repairs yet."""
    problems = [*structure.check(facts), *columns.check(facts), *goals.check(facts), *generating.check(facts)]
    if not any(problem.severity == Severity.ERROR for problem in problems):
        problems += last_layer.check(facts)
    if not any(problem.severity == Severity.ERROR for problem in problems):
        problems += [*later_steps.check(facts), *normalising.check(facts), *common_mistakes.check(facts)]
    rank = {id: k for k, id in enumerate(facts.graph.nodes)} | {id: k for k, id in enumerate(facts.order)}
    for number, node in enumerate(facts.graph.outputs):
        rank[node.id] = len(facts.graph.nodes) + number  # what is wrong before it comes first, wired or not
    worst = list(Severity)
    return tuple(sorted(problems, key=lambda p: (worst.index(p.severity), -1 if p.node is None else rank[p.node])))
