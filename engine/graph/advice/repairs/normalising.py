"""Repairs of normalisations that are given a single number: more rows a step, or another kind of normalisation."""

from __future__ import annotations

from collections.abc import Iterator

from engine.counting import counted
from engine.graph.advice.checks.normalising import first_inside
from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import change, swap, take_out
from engine.graph.advice.repairs.inside import lifted
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph

_MOST_GROUPS = 8


def give_more_numbers(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Edits after which there is more than one number; they are yet to be tried."""
    node = facts.graph.nodes[id]
    if node.block is not None:
        error, number = first_inside(facts, id)
        if error is not None and error.node is not None:
            for repair in give_more_numbers(facts.nodes[id].runs[number], error.node):
                edit = repair.edit if repair.batch_size else lifted(repair.edit, id)
                yield Repair(repair.label, edit, repair.batch_size)
        return
    (x,) = facts.nodes[id].inputs
    channels = x.sizes[0]
    groups = [n for n in range(min(_MOST_GROUPS, channels), 0, -1) if channels % n == 0 and x.count > n]
    if node.declaration.over_batch:
        yield Repair("Set the batch size to 2", _as_it_is, batch_size=2)
        yield Repair("Make it a LayerNorm", swap(id, "LayerNorm"))
        for count in groups[:1]:
            words = counted(count, "group")
            yield Repair(f"Make it a GroupNorm with {words}", swap(id, "GroupNorm", num_groups=count))
    elif "num_groups" in node.params:
        for count in groups[:1]:
            yield Repair(f"Set the groups to {count}", change(id, num_groups=count))
    yield Repair(f"Remove {node.name}", take_out([id]))


def _as_it_is(graph: Graph) -> Graph:
    return graph
