"""A block: a drawing that stands in another drawing as one node.

A block is a value like everything else. The node holds it, so that copying a node copies the block, and "the other
copies of this block" are simply the nodes whose blocks are equal. Its inputs are the Input nodes inside, in their
order; an input port is named by the id of its Input node, so that renaming and reordering keep the wires.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.graph.errors import BadBlock
from engine.graph.expressions import Expression, Input, apply
from engine.graph.layers.block import BLOCK
from engine.graph.layers.kind import LayerKind, Port
from engine.graph.parameters import Params
from engine.graph.shapes import Shape

if TYPE_CHECKING:
    from engine.graph.protocols import Graph, Node

MOST_DEPTH = 12
"""How deep blocks may stand in blocks."""

MOST_LAYERS = 20_000
"""Layers that the blocks of a drawing come to, every repetition counted."""

MOST_ENTRIES = 16
LONGEST_TITLE = 60
LONGEST_SUMMARY = 500
_SHOWN = 4
"""How many of its layers the line under the title names."""


@dataclass(frozen=True)
class ReadyBlockSettings:
    """The ready block that a block was made from, and the settings it was made with."""

    name: str
    params: Params


@dataclass(frozen=True)
class Block:
    """A drawing with one Output and one or more Inputs, its title, and a sentence about it.

    ``made`` is there while the drawing is what a ready block gives for these settings: they can then be changed.
    """

    title: str
    graph: Graph
    summary: str = ""
    made: ReadyBlockSettings | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.title, self.graph, self.summary, self.made))

    def drawn(self, graph: Graph) -> Block:
        """The block with another drawing inside, which nobody made from settings."""
        return self if graph is self.graph else replace(self, graph=graph, made=None)

    @cached_property
    def remembered(self) -> dict[Any, Any]:
        """What was found out about its inside before, by what came in: kept by ``engine.graph.inference``."""
        return {}

    @cached_property
    def entries(self) -> tuple[Node, ...]:
        """The nodes where the block's inputs come in, in their order."""
        return self.graph.inputs

    @cached_property
    def exit(self) -> Node:
        """The node where the block's output leaves."""
        return self.graph.outputs[0]

    @cached_property
    def contents(self) -> tuple[Node, ...]:
        """The layers inside, in execution order where there is one."""
        order = self.graph.wire_index.order
        order = order if len(order) == len(self.graph.nodes) else tuple(self.graph.nodes)
        nodes = (self.graph.nodes[id] for id in order)
        return tuple(node for node in nodes if not node.is_end)

    @cached_property
    def depth(self) -> int:
        """1 for a block without blocks in it, and so on."""
        return 1 + max((node.block.depth for node in self.contents if node.block is not None), default=0)

    @cached_property
    def layers(self) -> int:
        """How many layers it comes to, with those of the blocks inside and their repetitions."""
        return sum(layers_of(node) for node in self.contents)

    @cached_property
    def nodes(self) -> int:
        """How many nodes are drawn inside, with those of the blocks inside; repetitions are not counted."""
        return nodes_of(self.graph)

    def checked(self) -> Block:
        """This block, if it can stand in a drawing. Raises BadBlock."""
        title = self.title
        if not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
            raise BadBlock(f"The title of a block is text of 1 to {LONGEST_TITLE} characters in one line.")
        if len(self.summary) > LONGEST_SUMMARY:
            raise BadBlock(f"The description of a block has at most {LONGEST_SUMMARY} characters.")
        goals = len(self.graph.outputs)
        if not self.entries or goals != 1:
            raise BadBlock(
                f'The block "{title}" needs at least one input and exactly one output inside, but it has '
                f"{len(self.entries)} and {goals}."
            )
        if len(self.entries) > MOST_ENTRIES:
            raise BadBlock(f'The block "{title}" has {len(self.entries)} inputs; at most {MOST_ENTRIES} are possible.')
        if self.depth > MOST_DEPTH:
            raise BadBlock(f'The block "{title}" has blocks in blocks, {self.depth} deep; at most {MOST_DEPTH} are.')
        return self

    # As a layer

    @cached_property
    def declaration(self) -> LayerKind:
        """What the node that holds the block is as a layer. Its shapes are worked out by ``engine.graph.inference``."""
        entries = self.entries
        if len(entries) == 1:
            ports: tuple[Port, ...] = (Port(entries[0].id, "input"),)
        else:
            ports = tuple(Port(node.id, node.name) for node in entries)
        return replace(
            BLOCK,
            summary=self.summary or BLOCK.summary,
            inputs=ports,
            forward=self._forward,
            detail=self._detail,
        )

    def _detail(self, p: Params) -> str:
        named = [node.block.title if node.block else node.declaration.stem for node in self.contents]
        listed = " · ".join(named[:_SHOWN]) + (" …" if len(named) > _SHOWN else "")
        return f"×{p.repeat} · {listed}" if p.repeat > 1 else listed or "empty"

    def _forward(self, _p: Params, _inputs: Sequence[Shape]) -> Expression:
        return apply(*(Input(number) for number in range(len(self.entries))))


def layers_of(node: Node) -> int:
    """How many layers a node comes to: 1, or for a block all inside, as often as it is repeated.

    A block without layers counts as one: repeated in a repeated block it is as much work as any.
    """
    return 1 if node.block is None else max(1, node.block.layers) * int(node.params.repeat)


def nodes_of(graph: Graph) -> int:
    """How many nodes a drawing has, those drawn in its blocks counted: what a file of it must hold."""
    return len(graph.nodes) + sum(node.block.nodes for node in graph.of_kind(BLOCK.name) if node.block is not None)


def layers_in_blocks(graph: Graph) -> int:
    """How many layers the blocks of a drawing come to that are not bypassed; above ``MOST_LAYERS`` none is unfolded."""
    return sum(layers_of(node) for node in graph.nodes.values() if node.block is not None and not node.bypassed)
