"""The parts of a drawing that have a name: the generator and the critic of one that makes new samples, the encoder and
the decoder of one that narrows and widens again.

A part takes the values of some nodes and gives that of another. Training runs parts
(``engine.network.route``), exported code has a method for each, and the checks look whether they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, Node

GENERATOR, CRITIC = "generator", "critic"
ENCODER, DECODER = "encoder", "decoder"


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


def named_parts(facts: GraphFacts) -> tuple[Part, ...]:
    """All parts of a drawing without errors that have a name: generator and critic, or encoder and decoder, or none."""
    return parts(facts.graph) or _halves(facts)


def code_node(facts: GraphFacts) -> str | None:
    """The id of the node whose values are the code of an autoencoder: where its encoder ends; None where none does."""
    return next((part.result for part in named_parts(facts) if part.name == ENCODER), None)


def _halves(facts: GraphFacts) -> tuple[Part, ...]:
    """Encoder and decoder of a drawing that narrows and then widens to as many numbers as came in, or more.

    They meet at the narrowest layer that all data runs through, the last of several: its values are the code.
    """
    graph, goal, data = facts.graph, facts.goal, facts.data
    if goal is None or data is None or not facts.wired or len(graph.inputs) != 1 or not graph.nodes[data].gives_whole:
        return ()
    last = graph.sources(goal)[0]
    if last is None or any(graph.nodes[id].declaration.is_source for id in facts.order):
        return ()
    counts = [(id, facts.shapes[id].count) for id in _waists(facts) if id in facts.shapes]
    came_in = facts.shapes[data].count
    wide_again = max((at for at, (_, count) in enumerate(counts) if count >= came_in), default=0)
    narrow = [(count, -at, id) for at, (id, count) in enumerate(counts[:wide_again]) if count < came_in]
    if not narrow:
        return ()
    code = min(narrow)[2]
    return (Part(ENCODER, (data,), code), Part(DECODER, (code,), last))


def _waists(facts: GraphFacts) -> list[str]:
    """The layers at work that all data runs through on its way to the goal, in order."""
    graph, place = facts.graph, {id: at for at, id in enumerate(facts.order)}
    last_use = {
        id: max((place[wire.target] for wire in graph.outgoing(id) if wire.target in place), default=at)
        for id, at in place.items()
    }
    found, reach = [], 0
    for id, at in place.items():
        node = graph.nodes[id]
        if reach <= at and not node.is_end and not node.bypassed:
            found.append(id)
        reach = max(reach, last_use[id])
    return found
