"""The parts of a drawing that have a name: the generator and the critic of one that makes new samples.

A part takes the values of some nodes and gives that of another. Training runs parts
(``engine.network.route``), exported code has a method for each, and the checks look whether they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.graph import Graph, Node

GENERATOR, CRITIC = "generator", "critic"


@dataclass(frozen=True)
class Part:
    """What is between the nodes ``given``, whose values come in, and the node ``result``, whose value comes out."""

    name: str
    given: tuple[str, ...]
    result: str


def switches(graph: Graph) -> tuple[Node, ...]:
    """The nodes at work that let one of several values through, in the order they were added."""
    return tuple(node for node in graph.nodes.values() if node.declaration.is_switch and not node.bypassed)


def noise_before(graph: Graph, id: str) -> tuple[str, ...]:
    """The nodes that make values of their own, of those that feed ``id`` and itself, in the order they were added."""
    feeding = graph.upstream(id) | {id}
    return tuple(node.id for node in graph.nodes.values() if node.declaration.is_source and node.id in feeding)


def parts(graph: Graph) -> tuple[Part, ...]:
    """The named parts: generator and critic of a drawing with one switch that is wired on all sides; else none."""
    found, goals = switches(graph), graph.outputs
    if len(found) != 1 or len(goals) != 1:
        return ()
    switch, goal = found[0].id, goals[0].id
    sources, last = graph.sources(switch), graph.sources(goal)[0]
    generated = sources[-1]
    if generated is None or last is None or (last != switch and switch not in graph.upstream(last)):
        return ()
    return (
        Part(GENERATOR, noise_before(graph, generated), generated),
        Part(CRITIC, (switch,), last),
    )


def part(graph: Graph, name: str) -> Part:
    """The part called ``name``. Raises KeyError."""
    for found in parts(graph):
        if found.name == name:
            return found
    raise KeyError(name)
