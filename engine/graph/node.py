"""What a drawing is made of: nodes and wires, as immutable values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.graph.block import Block
from engine.graph.errors import BadSetting
from engine.graph.layers import LayerKind, kinds
from engine.graph.layers.kind import ENDS, INPUT, OUTPUT
from engine.graph.parameter_sets import resolve, with_current_names
from engine.graph.parameters import BadParameter, Params

FARTHEST = 1e9
"""No node lies so far from the origin, in canvas units."""

LONGEST_NOTE = 20_000
"""Characters of a note."""


@dataclass(frozen=True)
class Node:
    """One layer of the drawing. ``params`` holds every setting of its kind, checked."""

    id: str
    kind: str
    name: str
    params: Params = field(default_factory=Params)
    position: tuple[float, float] = (0.0, 0.0)
    bypassed: bool = False
    frozen: bool = False
    note: str = ""
    block: Block | None = None
    """What is inside; of a node of kind "Block" only."""

    @property
    def declaration(self) -> LayerKind:
        """What kind of layer it is; of a block, what the block is as a layer."""
        return kinds()[self.kind] if self.block is None else self.block.declaration

    @property
    def is_input(self) -> bool:
        """Whether data comes in here: into the drawing, or into the block whose inside it is."""
        return self.kind == INPUT

    @property
    def is_output(self) -> bool:
        """Whether data leaves here: the goal of a drawing, or the end of a block's inside."""
        return self.kind == OUTPUT

    @property
    def is_end(self) -> bool:
        """Whether it is no layer, but where data comes in or leaves."""
        return self.kind in ENDS

    @property
    def computing(self) -> Params:
        """Its settings without those that say how it is trained."""
        training = [parameter.name for parameter in self.declaration.parameters if parameter.of_training]
        if not training:
            return self.params
        return Params({name: value for name, value in self.params.items() if name not in training})

    @property
    def gives_whole(self) -> bool:
        """Whether it is a data block that gives whole samples, and not some of their columns, or tokens."""
        return self.is_input and not (self.params.columns or self.params.tokens)

    @property
    def essence(self) -> tuple[object, ...]:
        """All that it says, but not where it lies."""
        return (self.id, self.kind, self.name, self.params, self.bypassed, self.frozen, self.note, self.block)


@dataclass(frozen=True, order=True)
class Wire:
    """From output ``output`` of node ``source`` to input ``input`` of node ``target``."""

    source: str
    output: str
    target: str
    input: str


def wire(source: str, target: str, input: str = "in", output: str = "out") -> Wire:
    """A wire between the usual ports."""
    return Wire(source, output, target, input)


def settings(declaration: LayerKind, params: Mapping[str, Any]) -> Params:
    """All settings of a layer: ``params`` checked, the rest by default. Raises BadSetting."""
    try:
        return resolve(declaration.parameters, params, declaration.name)
    except BadParameter as error:
        raise BadSetting(f"{declaration.name}: {error}") from None


def changed_settings(node: Node, changes: Mapping[str, Any]) -> Params:
    """The settings of a node with ``changes``, which may bear names that settings had before. Raises BadSetting."""
    try:
        named = with_current_names(node.declaration.parameters, changes)
    except BadParameter as error:
        raise BadSetting(f"{node.declaration.name}: {error}") from None
    return settings(node.declaration, {**node.params, **named})


def point(position: Iterable[float]) -> tuple[float, float]:
    """A position, checked. Raises BadSetting."""
    x, y = position
    if not (abs(x) < FARTHEST and abs(y) < FARTHEST):
        raise BadSetting(f"A layer cannot lie at {x:g}, {y:g}: positions are numbers below {FARTHEST:,.0f}.")
    return (float(x), float(y))


def node_to_json(node: Node) -> dict[str, Any]:
    """A node as plain JSON values; states that are off and an empty note are left out."""
    data: dict[str, Any] = {
        "id": node.id,
        "kind": node.kind,
        "name": node.name,
        "params": _plain(node.params),
        "position": list(node.position),
    }
    states = {"bypassed": node.bypassed, "frozen": node.frozen, "note": node.note}
    if node.block is not None:
        inside: dict[str, Any] = {
            "title": node.block.title,
            "summary": node.block.summary,
            "graph": node.block.graph.to_json(),
        }
        if node.block.made is not None:
            made = node.block.made
            inside["made"] = {"name": made.name, "params": _plain(made.params)}
        data["block"] = inside
    return data | {name: value for name, value in states.items() if value}


def _plain(params: Params) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in params.items()}
