"""Repairs of what is wrong inside a block: those of the layer in question, applied to every copy of the block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine.graph.advice.checks.structure import first_inside
from engine.graph.advice.problems import Problem, Repair
from engine.graph.advice.repairs.edits import Edit
from engine.graph.blocks import ReadyBlock, ready
from engine.graph.blocks.remaking import needed, remade
from engine.graph.errors import NoSuchNode
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph
from engine.graph.nesting import everywhere, with_block


def mend(
    facts: GraphFacts, id: str, repairs_for: Callable[[Problem, GraphFacts], Iterable[Repair]]
) -> Iterator[Repair]:
    """The repairs of the first error inside the block; ``repairs_for`` finds those of an error in its drawing."""
    block = facts.graph.nodes[id].block
    if block is not None and block.made is not None:
        made, fits = ready()[block.made.name], needed(block.made, facts.nodes[id].inputs[0])
        if fits:
            listed = " and ".join(f"{value} {made_title(made, name)}" for name, value in fits.items())
            yield Repair(f"Make it with {listed}", _remade(id, fits))
    error, number = first_inside(facts, id)
    if error is not None:
        for repair in repairs_for(error, facts.nodes[id].runs[number]):
            yield Repair(repair.label, lifted(repair.edit, id))


def lifted(change: Edit, id: str) -> Edit:
    """An edit of what is inside a block, as one of the drawing that it is in: every copy of the block is changed."""

    def edit(graph: Graph) -> Graph:
        block = graph.node(id).block
        if block is None:
            raise NoSuchNode(f"{graph.node(id).name} is no longer a block.")
        return everywhere(graph, block, block.drawn(change(block.graph)))

    return edit


def made_title(made: ReadyBlock, name: str) -> str:
    """The title of a setting of a ready block, as it stands within a sentence."""
    return next(p.title.lower() for p in made.parameters if p.name == name)


def _remade(id: str, fits: dict[str, Any]) -> Edit:
    def edit(graph: Graph) -> Graph:
        block = graph.node(id).block
        if block is None or block.made is None:
            raise NoSuchNode(f"{graph.node(id).name} is no longer a block with settings.")
        return with_block(graph, id, remade(block, **fits))

    return edit
