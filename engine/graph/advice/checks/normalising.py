"""Layers that bring numbers to a mean of 0, where there is only one number: it has no spread, and becomes 0.

torch refuses such a batch, or such a sample, when it arrives. Here it is said before anything is trained.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.facts import GraphFacts
from engine.graph.graph import Node


def check(facts: GraphFacts, still: bool = False) -> Iterator[Problem]:
    """The layers that are given a single number, and blocks with such a layer inside.

    ``still``: the drawing is the inside of a frozen block, whose layers stay in evaluation mode.
    """
    for id in _running(facts):
        node = facts.graph.nodes[id]
        if node.block is not None:
            error, number = first_inside(facts, id, still)
            if error is not None:
                where = f"Inside {node.name}" + (f", repetition {number + 1}" if number else "")
                yield Problem(id, error.severity, f"{where}: {error.message}", ProblemCode.ONE_NUMBER)
        else:
            found = _alone(facts, node, still)
            if found is not None:
                yield Problem(id, found[0], found[1], ProblemCode.ONE_NUMBER)


def first_inside(facts: GraphFacts, id: str, still: bool = False) -> tuple[Problem | None, int]:
    """The first such problem inside a block, errors first, and the repetition (from 0) it is in."""
    runs = facts.nodes[id].runs
    firsts = {run: number for number, run in reversed(list(enumerate(runs)))}  # repetitions are often the same
    found = [(problem, firsts[run]) for run in firsts for problem in check(run, facts.graph.nodes[id].frozen or still)]
    found.sort(key=lambda entry: (entry[0].severity != Severity.ERROR, entry[1]))
    return found[0] if found else (None, 0)


def _running(facts: GraphFacts) -> list[str]:
    """The layers whose numbers the answer depends on, in order: not those that lead to a bypassed merge only."""
    if facts.goal is None:
        return []
    needed, waiting = {facts.goal}, [facts.goal]
    while waiting:
        id = waiting.pop()
        sources = [source for source in facts.graph.sources(id) if source is not None]
        for source in sources[:1] if facts.graph.nodes[id].bypassed else sources:
            if source not in needed:
                needed.add(source)
                waiting.append(source)
    known = needed & facts.shapes.keys()
    return [id for id in facts.order if id in known and not facts.graph.nodes[id].bypassed]


def _alone(facts: GraphFacts, node: Node, still: bool) -> tuple[Severity, str] | None:
    """Severity and message, where all that a layer brings to a common scale together is one number."""
    declared, known = node.declaration, facts.nodes[node.id]
    if declared.normalises is None or declared.normalises(known.params, known.inputs) > 1:
        return None
    if declared.over_batch:
        if still or node.frozen or facts.signature is None or not facts.signature.one_row:
            return None
        return Severity.ERROR, (
            f"{node.name} compares the samples of a batch with one another, but each batch has a single sample, and "
            "one number of each channel. Set the batch size to 2 or more, or use LayerNorm or GroupNorm in its place."
        )
    if "num_groups" in known.params:
        return Severity.ERROR, (
            f"Each group of {node.name} is a single number, whose standard deviation is 0: whatever arrives becomes 0. "
            "Give it fewer groups."
        )
    return Severity.WARNING, (
        f"{node.name} is given a single number, whose standard deviation is 0: whatever arrives becomes 0. Leave it "
        "out."
    )
