"""Ready blocks made again with other settings: the user's, or those that fit what arrives at a block just added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.graph.block import Block, ReadyBlockSettings
from engine.graph.blocks import ready
from engine.graph.errors import BadBlock
from engine.graph.graph import Graph
from engine.graph.inference import infer
from engine.graph.nesting import with_block
from engine.graph.shapes import Shape
from engine.graph.signature import Signature


def remade(block: Block, **changes: Any) -> Block:
    """A block that a ready one made, made again with other settings. Raises BadBlock, BadSetting."""
    if block.made is None:
        raise BadBlock(f'The block "{block.title}" was drawn, not made from settings: step inside to change it.')
    new = ready()[block.made.name].changed(block.made.params, changes)
    return replace(new, title=block.title, summary=block.summary)


def needed(made: ReadyBlockSettings, arriving: Shape) -> dict[str, Any]:
    """The settings that would have to be others for what arrives, with the values they need."""
    block = ready().get(made.name)
    wanted = {} if block is None else block.fit(made.params, arriving)
    return {name: value for name, value in wanted.items() if made.params.get(name) != value}


def fitted(graph: Graph, ids: Iterable[str], signature: Signature | None) -> Graph:
    """The drawing with those of the blocks made anew that cannot take what arrives, but could."""
    for id in list(ids):
        block = graph.nodes[id].block
        if block is None or block.made is None:
            continue
        facts = infer(graph, signature)
        runs = facts.nodes[id].runs
        if runs and runs[-1].result is None:
            changes = needed(block.made, facts.nodes[id].inputs[0])
            if changes:
                graph = with_block(graph, id, remade(block, **changes))
    return graph
