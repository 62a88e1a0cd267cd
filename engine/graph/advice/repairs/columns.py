"""Repairs of data blocks that give columns of a table: other columns, all of them, or one block fewer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.checks.columns import unused_columns
from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import change, remove
from engine.graph.columns import listed, unknown
from engine.graph.facts import GraphFacts


def choose_others(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Leave out the columns that the data does not have, or give all of them."""
    params, columns = facts.graph.nodes[id].params, () if facts.signature is None else facts.signature.columns
    chosen = params.columns or tuple(column.name for column in columns)
    barred = set(unknown(columns, chosen))
    if params.tokens:
        barred |= {column.name for column in columns if not column.categories}
    left, out = (tuple(name for name in chosen if (name in barred) == is_out) for is_out in (False, True))
    if left and out:
        yield Repair(f"Leave out {listed(out)}", change(id, columns=left))
    if params.tokens:
        yield Repair("Give numbers, not tokens", change(id, tokens=False))
    yield Repair("Give all columns", change(id, columns=(), tokens=False))


def remove_unused(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Remove a data block that leads nowhere; how it is connected is for whoever put it there to say."""
    yield Repair(f"Remove {facts.graph.nodes[id].name}", remove([id]))


def give(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Let a data block give the columns that no other gives."""
    node, unused = facts.graph.nodes[id], unused_columns(facts)
    yield Repair(f"Give {listed(unused)} at {node.name} too", change(id, columns=(*node.params.columns, *unused)))
