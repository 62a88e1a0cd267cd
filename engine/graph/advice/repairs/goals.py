"""Repairs where several targets are learned: which one a goal block is for, and blocks for those that have none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import Edit, change, insert, remove, step
from engine.graph.columns import listed
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, wire

BELOW = 144.0
"""How far below the other goal blocks a new one stands, in canvas units."""


def missing(facts: GraphFacts) -> list[str]:
    """The targets that no goal block is for."""
    names = facts.signature.target.goals if facts.signature is not None else ()
    made = {node.params.goal for node in facts.graph.outputs}
    return [name for name in names if name not in made]


def choose(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """A target for a goal block, or a number for a layer before several of them."""
    node = facts.graph.nodes[id]
    if not node.is_output:
        if "out_features" in node.params:
            yield Repair("Set the units to 64", change(id, out_features=64))
        return
    for name in missing(facts):
        yield Repair(f"Let {node.name} learn {name}", change(id, goal=name))
    if len(facts.graph.outputs) > 1:
        yield Repair(f"Remove {node.name}", remove([id]))


def usual_loss(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """The usual loss of its target."""
    yield Repair("Use the usual loss", change(id, loss="auto"))


def add(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """A goal block for each target without one, fed by what the layer before the last of another goal gives."""
    names = missing(facts)
    blocks = "a goal block" if len(names) == 1 else "goal blocks"
    yield Repair(f"Add {blocks} for {listed(names)}", _added(id, names))


def _added(beside: str, names: list[str]) -> Edit:
    """Goal blocks, each behind a Linear of its own, where the way to another goal block ends in one too."""

    def edit(graph: Graph) -> Graph:
        last = next(iter(graph.incoming(beside)), None)
        for name in names:
            graph = graph.add("Output", goal=name)
            new = graph.last
            lowest = max(node.position[1] for node in graph.outputs if node.id != new)
            graph = graph.move({new: (graph.nodes[beside].position[0], lowest + BELOW)})
            if last is None:
                continue
            before = next(iter(graph.incoming(last.source)), None)
            is_head = graph.nodes[last.source].kind == "Linear" and before is not None
            link = wire(before.source if is_head and before is not None else last.source, new)
            graph = insert(link, step("Linear", out_features="answer"))(graph.connect(link))
        return graph

    return edit
