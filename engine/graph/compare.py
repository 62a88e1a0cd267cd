"""Whether two drawings are the same network, however they are laid out, named and folded into blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from engine.graph.graph import Graph
from engine.graph.unfolded import Place, Unfolded, unfolded

Value = TypeVar("Value")


def same_network(one: Graph, other: Graph) -> bool:
    """Whether both compute the same from the same weights: same layers, settings and wires, by node id.

    Positions, names, notes, blocks and whether a layer is frozen play no part.
    """
    return one is other or _essence(unfolded(one)) == _essence(unfolded(other))


def same_run(one: Graph, other: Graph) -> bool:
    """Whether a run on one can go on with the other: the same network, names and frozen layers; looks may differ."""
    return one is other or _training(unfolded(one)) == _training(unfolded(other))


def _training(graph: Unfolded) -> tuple[object, object]:
    nodes = {
        place: (n.kind, name, n.params, n.bypassed, place in graph.frozen) for place, (name, n) in graph.layers.items()
    }
    return nodes, graph.wires


def _essence(graph: Unfolded) -> tuple[dict[str, object], set[object]]:
    """What decides about a network: the nodes that feed a goal, and the wires between them."""
    alive, keys = graph.feeding(), graph.keys()
    nodes: dict[str, object] = {
        keys[place]: (n.kind, n.computing, n.bypassed) for place, (_name, n) in graph.layers.items() if place in alive
    }
    wires: set[object] = {
        (keys[source], output, keys[target], port)
        for (source, output), (target, port) in graph.wires
        if target in alive
    }
    return nodes, wires


def renamed(values: Mapping[str, Value], before: Graph, after: Graph) -> dict[str, Value]:
    """Values keyed by ``name.rest`` in ``before``, keyed by the names that the same layers have in ``after``."""
    old, new = unfolded(before), unfolded(after)
    places: dict[str, Place] = {key: place for place, key in new.keys().items()}
    names = {
        name: new.layers[places[key]][0]
        for (name, _node), key in zip(old.layers.values(), old.keys().values(), strict=True)
        if key in places
    }
    return {_renamed(key, names): value for key, value in values.items()}


def _renamed(key: str, names: Mapping[str, str]) -> str:
    parts = key.split(".")
    for count in range(1, len(parts) + 1):  # no name of a layer begins with that of another and a dot
        name = ".".join(parts[:count])
        if name in names:
            return ".".join([names[name], *parts[count:]])
    return key
