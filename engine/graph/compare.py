"""Whether two drawings are the same network, however they are laid out and named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from engine.graph.graph import Graph

Value = TypeVar("Value")


def same_network(one: Graph, other: Graph) -> bool:
    """Whether both compute the same from the same weights: same layers, settings and wires, by node id.

    Positions, names, notes and whether a layer is frozen play no part.
    """
    return _essence(one) == _essence(other)


def same_run(one: Graph, other: Graph) -> bool:
    """Whether a run on one can go on with the other: the same network, names and frozen layers; looks may differ."""
    return _training(one) == _training(other) and set(one.wires) == set(other.wires)


def _training(graph: Graph) -> dict[str, object]:
    return {id: (n.kind, n.name, n.params, n.bypassed, n.frozen) for id, n in graph.nodes.items()}


def _essence(graph: Graph) -> tuple[dict[str, object], set[object]]:
    """What decides about a network: the nodes that feed a goal, and the wires between them."""
    alive: set[str] = set()
    for goal in graph.of_kind("Output"):
        alive |= {goal.id} | graph.upstream(goal.id)
    nodes: dict[str, object] = {id: (n.kind, n.params, n.bypassed) for id, n in graph.nodes.items() if id in alive}
    return nodes, {w for w in graph.wires if w.target in alive}


def renamed(values: Mapping[str, Value], before: Graph, after: Graph) -> dict[str, Value]:
    """Values keyed by ``node name.rest`` in ``before``, keyed by the names that the same nodes have in ``after``."""
    names = {node.name: after.nodes[id].name for id, node in before.nodes.items() if id in after.nodes}
    result = {}
    for key, value in values.items():
        name, dot, rest = key.partition(".")
        result[names.get(name, name) + dot + rest] = value
    return result
