"""Repairs for targets that one kind of layer alone can answer: put it there, once, and last."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.checks.last_layer import behind, layers_of
from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import Edit, Step, insert, step, swap, take_out
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph


def give(facts: GraphFacts, goal: str) -> Iterator[Repair]:
    """The layer that the target needs, as the last and only one of its kind."""
    if facts.signature is None:
        return
    graph, kind = facts.graph, facts.signature.target.last_layer
    there = layers_of(facts, kind)
    if len(there) > 1:
        for kept in reversed(there):
            others = [id for id in there if id != kept]
            yield Repair(f"Keep only {graph.nodes[kept].name}", take_out([*others, *_extra(facts, kept, others)]))
        return
    if there:
        others = behind(facts, there[0])
        which = graph.nodes[others[0]].name if len(others) == 1 else f"the {len(others)} layers"
        yield Repair(f"Take out {which} behind {graph.nodes[there[0]].name}", take_out(others))
        return
    learning = [id for id in facts.order if facts.learns(id)]
    if learning:
        words = "everything else" if len(learning) > 1 else graph.nodes[learning[0]].name
        layers = [id for id in facts.order if not graph.nodes[id].is_end]
        yield Repair(f"Put {kind} in the place of {words}", _instead(facts, goal, layers, kind))
    yield from put_before(facts, goal)


def put_before(facts: GraphFacts, goal: str) -> Iterator[Repair]:
    """The layer that the target needs right before the goal, behind what makes one list of what arrives."""
    assert facts.signature is not None
    kind = facts.signature.target.last_layer
    last = facts.graph.incoming(goal)[0]
    (arriving,) = facts.nodes[goal].inputs
    flat: tuple[Step, ...] = () if arriving.rank == 1 else (step("Flatten"),)
    words = f"Flatten and {kind}" if flat else f"a {kind}"
    yield Repair(f"Add {words} before the goal", insert(last, *flat, step(kind)))


def take_out_unfitted(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """A layer whose weights nothing fits: away with it, or a layer that learns in its place."""
    name = facts.graph.nodes[id].name
    yield Repair(f"Take out {name}", take_out([id]))
    yield Repair(f"Put a Linear in the place of {name}", swap(id, "Linear", out_features="answer"))


def freeze(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """A layer that is not trained: say so, or take it out."""
    name = facts.graph.nodes[id].name
    yield Repair(f"Take out {name}", take_out([id]))
    yield Repair(f"Freeze {name}", lambda graph: graph.set(id, frozen=True))


def _extra(facts: GraphFacts, kept: str, others: list[str]) -> list[str]:
    return [id for id in behind(facts, kept) if id not in others]


def _instead(facts: GraphFacts, goal: str, layers: list[str], kind: str) -> Edit:
    """The layer alone between data and goal, with a Flatten where the data is no list."""
    assert facts.signature is not None
    flat: tuple[Step, ...] = () if facts.signature.input.rank == 1 else (step("Flatten"),)

    def edit(graph: Graph) -> Graph:
        graph = graph.remove_keeping_chain(tuple(layers))
        return insert(graph.incoming(goal)[0], *flat, step(kind))(graph)

    return edit
