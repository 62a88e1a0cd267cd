"""The few edits that repairs are made of: insert, take out, swap, set. Each keeps the drawing tidy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.graph.errors import GraphError, NoSuchKind
from engine.graph.graph import Graph, Node, Wire, wire
from engine.graph.layers import kinds
from engine.graph.layout.placement import place_between
from engine.graph.parameter_sets import counterpart
from engine.graph.parameters import BadParameter

Edit = Callable[[Graph], Graph]
Step = tuple[str, Mapping[str, Any]]
"""A layer to add: its kind and those of its settings that are not the usual ones."""


def step(kind: str, **params: Any) -> Step:
    """A layer to add."""
    return kind, params


def insert(on: Wire, *steps: Step) -> Edit:
    """Put layers on a wire, one after another."""
    return insert_all([(on, steps)])


def insert_all(places: Iterable[tuple[Wire, Iterable[Step]]]) -> Edit:
    """Put layers on several wires."""
    listed = [(on, tuple(steps)) for on, steps in places]

    def edit(graph: Graph) -> Graph:
        for place, steps in listed:
            on = place
            for kind, params in steps:
                graph = graph.add(kind, **params)
                new = graph.last
                graph = place_between(graph.between(new, on), new, on.source, on.target)
                on = Wire(new, "out", on.target, on.input)
        return graph

    return edit


def take_out(ids: Iterable[str]) -> Edit:
    """Remove layers, joining what fed them to what they fed."""
    listed = tuple(ids)
    return lambda graph: graph.remove_keeping_chain(listed)


def remove(ids: Iterable[str]) -> Edit:
    """Remove layers with all their wires."""
    listed = tuple(ids)
    return lambda graph: graph.remove(listed)


def change(id: str, **params: Any) -> Edit:
    """Change settings of a layer."""
    return lambda graph: graph.set_params(id, **params)


def connect(source: str, target: str, port: str | None = None) -> Edit:
    """Wire the output of a layer to an input of another: its first open one, or ``port``."""

    def edit(graph: Graph) -> Graph:
        free = port or graph.open_input(target)
        if free is None:
            raise GraphError(f"{graph.node(target).name} has no free input.")
        return graph.connect(wire(source, target, free))

    return edit


def disconnect(old: Wire) -> Edit:
    """Take a wire away."""
    return lambda graph: graph.disconnect(old)


def swap(id: str, kind: str, **params: Any) -> Edit:
    """Put a layer of another kind in the place of one, keeping its wires and the settings both have."""

    def edit(graph: Graph) -> Graph:
        old = graph.node(id)
        if kind not in kinds():
            raise NoSuchKind(f"There is no layer called {kind!r}.")
        graph = graph.add(kind, position=old.position, **{**_shared(old, kind), **params})
        new = graph.last
        coming, going = graph.incoming(id), graph.outgoing(id)
        graph = graph.remove([id])
        for w in coming:
            free = graph.open_input(new)
            if free is None:
                raise GraphError(f"{kind} takes fewer inputs than {old.name} has.")
            graph = graph.connect(wire(w.source, new, free))
        for w in going:
            graph = graph.connect(Wire(new, "out", w.target, w.input))
        return graph

    return edit


def _shared(old: Node, kind: str) -> dict[str, Any]:
    """The settings of a node that a layer of another kind has too; sizes keep their first number."""
    shared: dict[str, Any] = {}
    for parameter in kinds()[kind].parameters:
        before = counterpart(parameter, old.declaration.parameters)
        if before is None:
            continue
        value = old.params[before.name]
        for candidate in (value, value[0] if isinstance(value, tuple) and value else None):
            try:
                shared[parameter.name] = parameter.check(candidate)
            except BadParameter:
                continue
            break
    return shared
