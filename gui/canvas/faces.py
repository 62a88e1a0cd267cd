"""What each node of a drawing shows: its title, detail, ports. Values in, values out; no painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.graph.graph import Graph, Node
from engine.graph.layers import LayerKind
from engine.graph.naming import stem_of
from engine.graph.snapping import riders, snapped_onto
from engine.text import printable
from gui.canvas.node_layout import Chip, Face

COLUMNS = 4
"""Lines for the columns of a table on a data block: more would reach down to the next row of the diagram."""


@dataclass(frozen=True)
class Blocks:
    """What the data block and the goal block show besides what the drawing says."""

    data_title: str = "Data"
    data_lines: tuple[str, ...] = ()
    pictures: int = 0
    """A number that changes with the pictures; 0 when there are none."""
    goal_lines: tuple[tuple[str, str], ...] = ()
    several_goals: bool = False
    """Whether each goal block is for a target of its own."""
    inside: bool = False
    """Whether the drawing is the inside of a block: its ends are then inputs and an output."""


def input_ports(graph: Graph, node: Node) -> tuple[str, ...]:
    """The inputs a node shows: those declared, or for a merge those wired and one more."""
    declaration = node.declaration
    if not declaration.variadic:
        return tuple(port.name for port in declaration.inputs)
    taken = [declaration.input_rank(w.input) for w in graph.incoming(node.id)]
    count = max([declaration.fewest, *(number + 1 for number in taken)])
    # A gap among the taken ones is room enough for the next wire.
    if len(taken) < max(taken, default=0):
        count = max(declaration.fewest, *taken)
    return tuple(f"in{k}" for k in range(1, count + 1) if declaration.has_input(f"in{k}"))


def has_own_name(node: Node) -> bool:
    """Whether the user gave the node a name that says more than its kind and number."""
    return not node.name.removeprefix(node.declaration.stem).isdigit() and node.name != node.declaration.stem


def detail_of(node: Node) -> str:
    """The line under the title: the settings that matter ("32 filters · 3×3")."""
    declaration = node.declaration
    return declaration.detail(node.params) if declaration.detail else ""


def face_of(graph: Graph, node: Node, blocks: Blocks, shape: str = "") -> Face:
    """What the node shows. ``shape`` is the label of its output, for the data block."""
    kind: LayerKind = node.declaration
    if blocks.inside and kind.name in ("Input", "Output"):
        return _end_face(node, shape)
    if kind.name == "Input":
        lines = of_columns(node.params.columns) if node.params.columns else blocks.data_lines
        return Face(
            kind.name,
            kind.family,
            node.name if has_own_name(node) else blocks.data_title,
            block="data",
            aside=shape,
            lines=tuple(("", line) for line in lines),
            pictures=blocks.pictures,
            inputs=(),
        )
    inputs = input_ports(graph, node)
    if kind.name == "Output":
        return Face(
            kind.name,
            kind.family,
            printable(node.params.goal) if blocks.several_goals and node.params.goal else "Goal",
            block="goal",
            lines=(*_own_lines(node), *blocks.goal_lines) if blocks.several_goals else blocks.goal_lines,
            inputs=inputs,
            has_output=False,
        )
    if snapped_onto(graph, node.id) is not None:
        return _chip_face(node, inputs)
    chips = tuple(chip_of(graph.nodes[id]) for id in riders(graph, node.id))
    if node.block is not None:
        return _block_face(node, inputs, chips)
    detail, own = detail_of(node), has_own_name(node)
    parts = (["bypassed"] if node.bypassed else []) + ([kind.name] if own else []) + ([detail] if detail else [])
    return Face(
        kind.name,
        kind.family,
        node.name if own else kind.name,
        detail=" · ".join(parts) or node.name,
        detail_is_name=not parts,
        inputs=inputs,
        has_output=kind.has_output,
        bypassed=node.bypassed,
        frozen=node.frozen,
        noted=bool(node.note.strip()),
        chips=chips,
    )


def chip_of(node: Node) -> Chip:
    """What is shown of a layer in the node that it is snapped onto."""
    sign = "lock" if node.frozen else "note" if node.note.strip() else ""
    return Chip(node.name if has_own_name(node) else node.declaration.title, sign)


def _chip_face(node: Node, inputs: tuple[str, ...]) -> Face:
    return Face(
        node.kind,
        node.declaration.family,
        chip_of(node).title,
        block="chip",
        inputs=inputs,
        bypassed=node.bypassed,
        frozen=node.frozen,
        noted=bool(node.note.strip()),
    )


def _own_lines(node: Node) -> list[tuple[str, str]]:
    """What a goal block says of its own target, where that is not as usual."""
    lines = [] if node.params.goal else [("target", "not chosen yet")]
    lines += [] if node.params.loss == "auto" else [("loss", node.params.loss)]
    return lines + ([] if node.params.weight == 1 else [("weight", f"weight {node.params.weight:g}")])


def of_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns of a table in lines; of many, the first."""
    shown = tuple(map(printable, names))
    return shown if len(shown) <= COLUMNS else (*shown[: COLUMNS - 1], "…")


def _end_face(node: Node, shape: str) -> Face:
    """An input or the output of the block one is in."""
    comes_in = node.kind == "Input"
    parts = [part for part in (node.name if has_own_name(node) else "", shape) if part]
    return Face(
        node.kind,
        node.declaration.family,
        "Input" if comes_in else "Output",
        detail=" · ".join(parts),
        inputs=() if comes_in else ("in",),
        has_output=comes_in,
    )


def _block_face(node: Node, inputs: tuple[str, ...], chips: tuple[Chip, ...]) -> Face:
    assert node.block is not None
    usual = node.name.rstrip("0123456789") == stem_of(node.block.title)
    parts = (["bypassed"] if node.bypassed else []) + ([] if usual else [node.name]) + [detail_of(node)]
    return Face(
        node.kind,
        node.declaration.family,
        node.block.title,
        detail=" · ".join(parts),
        inputs=inputs,
        bypassed=node.bypassed,
        frozen=node.frozen,
        noted=bool(node.note.strip()),
        stacked=True,
        chips=chips,
    )
