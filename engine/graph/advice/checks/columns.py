"""Whether all the columns of a table come in, and every data block leads somewhere, where there are several."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.columns import listed
from engine.graph.facts import GraphFacts


def check(facts: GraphFacts) -> Iterator[Problem]:
    """Hints alone: columns may well be left out, and a block may be there for later."""
    if not facts.wired or facts.is_inside or (facts.signature is not None and facts.signature.undivided):
        return  # undivided data has one block, which is said elsewhere
    used = set(facts.order)
    for node in facts.graph.inputs:
        if len(facts.graph.inputs) > 1 and node.id not in used:
            message = f"{node.name} does not lead to the goal, so what it gives is not used."
            yield Problem(node.id, Severity.HINT, message, ProblemCode.UNUSED_DATA)
    unused = unused_columns(facts)
    if unused:
        first = next(node.id for node in facts.graph.inputs if node.id in used)
        one = len(unused) == 1
        message = (
            f"No data block gives the {'column' if one else 'columns'} {listed(unused)}, so the network does not see "
            f"{'it' if one else 'them'}."
        )
        yield Problem(first, Severity.HINT, message, ProblemCode.UNUSED_COLUMNS)


def unused_columns(facts: GraphFacts) -> list[str]:
    """The columns that do not come in anywhere on the way to the goal, in the order of the data."""
    signature, used = facts.signature, set(facts.order)
    giving = [node for node in facts.graph.inputs if node.id in used]
    if signature is None or not giving:
        return []
    if any(node.id in facts.refusals or not node.params.columns for node in giving):
        return []
    given = {name for node in giving for name in node.params.columns}
    return [column.name for column in signature.columns if column.name not in given]
