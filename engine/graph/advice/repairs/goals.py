"""Repairs where several targets are learned: which one a goal block is for, and blocks for those that have none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import Edit, change, insert, remove, step
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
    """A goal block for a target without one, fed by what the layer before the last of another goal gives."""
    for name in missing(facts):
        yield Repair(f"Add a goal block for {name}", _added(facts, id, name))


def _added(facts: GraphFacts, beside: str, name: str) -> Edit:
    """A goal block for ``name`` behind a Linear of its own, where the way to another goal block ends in one."""

    def edit(graph: Graph) -> Graph:
        graph = graph.add("Output", goal=name)
        new = graph.last
        place = graph.nodes[beside].position
        lowest = max(node.position[1] for node in graph.outputs if node.id != new)
        graph = graph.move({new: (place[0], lowest + BELOW)})
        last = next(iter(graph.incoming(beside)), None)
        if last is None:
            return graph
        source = graph.nodes[last.source]
        before = next(iter(graph.incoming(source.id)), None)
        if source.kind == "Linear" and before is not None:
            link = wire(before.source, new)
        else:
            link = wire(source.id, new)
        return insert(link, step("Linear", out_features="answer"))(graph.connect(link))

    return edit
