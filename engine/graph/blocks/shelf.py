"""Blocks one can add by name, as one adds a layer: the ready ones, and those the user keeps.

The user's own blocks are files, which are read elsewhere (``engine.project.my_blocks``) and put on the shelf by
whoever reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from engine.graph.block import Block
from engine.graph.blocks import ready
from engine.graph.blocks.remaking import needed, remade
from engine.graph.errors import BadSetting, NoSuchKind
from engine.graph.graph import Graph
from engine.graph.inference import shape_through
from engine.graph.layers import kinds
from engine.graph.layers.block import BLOCK
from engine.graph.layers.kind import LayerKind
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode

SECTIONS = {"block": "Blocks", "mine": "My blocks"}
"""The families of what is on the shelf, with their titles in the palette."""

_mine: dict[str, Block] = {}
_offered_mine: dict[str, LayerKind] = {}


def put(blocks: Iterable[Block]) -> None:
    """Make these the user's blocks on the shelf."""
    _mine.clear()
    _mine.update((block.title, block) for block in blocks if not is_taken(block.title))
    _offered_mine.clear()
    for title, kept in _mine.items():
        summary = kept.summary or "A block of yours."
        shape = partial(shape_through, kept)
        _offered_mine[title] = replace(
            kept.declaration, name=title, family="mine", summary=summary, keywords=("my block",), shape=shape
        )


def add(
    graph: Graph, kind: str, *, name: str | None = None, position: tuple[float, float] = (0.0, 0.0), **params: Any
) -> Graph:
    """Add a layer or a block by its name; its id is ``last`` of the result.

    Raises NoSuchKind, BadBlock, BadName, NameTaken, BadSetting.
    """
    if kind in kinds():
        return graph.add(kind, name=name, position=position, **params)
    return graph.add_block(take(kind), name=name, position=position, **params)


def is_taken(title: str) -> bool:
    """Whether a layer or a ready block has that name."""
    return title in kinds() or title in ready() or title == "Block"


def block(name: str) -> Block | None:
    """The block called ``name``, a ready one with its usual settings; None when there is none."""
    return _usual(name) if name in ready() else _mine.get(name)


def take(name: str) -> Block:
    """The block called ``name``. Raises NoSuchKind."""
    found = block(name)
    if found is None:
        raise NoSuchKind(f"There is no layer called {name!r}.")
    return found


@cache
def _usual(name: str) -> Block:
    return ready()[name].make()


def declaration(name: str) -> LayerKind | None:
    """The layer or block called ``name`` as something one can add; None when there is none."""
    if name in kinds():
        return kinds()[name]
    return _offered_ready(name) if name in ready() else _offered_mine.get(name)


@cache
def _offered_ready(name: str) -> LayerKind:
    made, usual = ready()[name], _usual(name)

    def shape(p: Params, inputs: Sequence[Shape]) -> Shape:
        """With the settings it would be given for what arrives."""
        changes = needed(usual.made, inputs[0]) if usual.made is not None else {}
        try:
            block = remade(usual, **changes) if changes else usual
        except BadSetting as error:  # what arrives is larger than the block's settings go
            raise ShapeError(str(error), ShapeErrorCode.PARAMETER) from None
        return shape_through(block, p, inputs)

    return replace(usual.declaration, name=name, keywords=made.keywords, why=made.why, shape=shape)


def known(name: str) -> LayerKind:
    """The declaration of a layer or block that one can add, or of any node. Raises NoSuchKind."""
    found = BLOCK if name == BLOCK.name else declaration(name)
    if found is None:
        raise NoSuchKind(f"There is no layer called {name!r}.")
    return found


def shelf() -> list[LayerKind]:
    """Everything on the shelf, in the order of the palette."""
    found = (declaration(name) for name in (*ready(), *sorted(_mine, key=str.casefold)))
    return [kind for kind in found if kind is not None]
