"""Repairs of what is wrong inside a block: those of the layer in question, applied to every copy of the block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.graph.checks.structure import first_inside
from engine.graph.errors import NoSuchNode
from engine.graph.graph import Graph
from engine.graph.nesting import everywhere
from engine.graph.problems import Repair
from engine.graph.repairs.edits import Edit
from engine.graph.walk import Facts


def mend(facts: Facts, id: str) -> Iterator[Repair]:
    """The repairs of the first error inside the block."""
    from engine.graph.repairs import repairs_for

    error, number = first_inside(facts, id)
    if error is not None:
        for repair in repairs_for(error, facts.inside[id][number]):
            yield Repair(f"{repair.label}, in {facts.graph.nodes[id].name}", _lifted(repair.edit, id))


def _lifted(change: Edit, id: str) -> Edit:
    def edit(graph: Graph) -> Graph:
        block = graph.node(id).block
        if block is None:
            raise NoSuchNode(f"{graph.node(id).name} is no block any more.")
        return everywhere(graph, block, replace(block, graph=change(block.graph)))

    return edit
