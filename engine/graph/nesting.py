"""Drawings in drawings: reaching the inside of a block by its path, changing it there, and finding its copies.

A path is the ids of the blocks one steps into, from the outside inwards; () is the drawing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from engine.graph.block import Block
from engine.graph.errors import BadBlock, NoSuchNode
from engine.graph.graph import Graph, Node

Path = tuple[str, ...]


def block_at(graph: Graph, path: Sequence[str]) -> Block:
    """The block at the end of a path of one id or more. Raises NoSuchNode, BadBlock."""
    block: Block | None = None
    for id in path:
        node = graph.node(id)
        if node.block is None:
            raise BadBlock(f"{node.name} is not a block: there is nothing inside.")
        block, graph = node.block, node.block.graph
    assert block is not None
    return block


def inside(graph: Graph, path: Sequence[str]) -> Graph:
    """The drawing at a path. Raises NoSuchNode, BadBlock."""
    return block_at(graph, path).graph if path else graph


def path_of(graph: Graph, name: str) -> Path:
    """The path of a node by its name, "block1.conv1" for one inside a block. Raises NoSuchNode."""
    path: list[str] = []
    words = name.split(".")
    for number, word in enumerate(words):
        node = graph.find(word)
        if node is None or (node.block is None and number + 1 < len(words)):
            there = f"{'.'.join(words[:number]) or 'It'} has {', '.join(graph.names)}"
            raise NoSuchNode(f"There is no layer {name!r} in the diagram. {there}.")
        path.append(node.id)
        graph = graph if node.block is None else node.block.graph
    return tuple(path)


def reachable(graph: Graph, path: Sequence[str]) -> Path:
    """As much of a path as there is in the drawing."""
    found: list[str] = []
    for id in path:
        node = graph.nodes.get(id)
        if node is None or node.block is None:
            break
        found.append(id)
        graph = node.block.graph
    return tuple(found)


def with_block(graph: Graph, id: str, block: Block) -> Graph:
    """Give a node another block. Wires to inputs that it no longer has are taken away.

    Raises NoSuchNode, BadBlock.
    """
    node = graph.node(id)
    if node.block is None:
        raise BadBlock(f"{node.name} is not a block.")
    return _with_blocks(graph, {id: replace(node, block=block.checked())})


def _with_blocks(graph: Graph, changed: Mapping[str, Node]) -> Graph:
    ports = {id: {port.name for port in node.declaration.inputs} for id, node in changed.items()}
    wires = tuple(w for w in graph.wires if w.target not in ports or w.input in ports[w.target])
    nodes = MappingProxyType({id: changed.get(id, node) for id, node in graph.nodes.items()})
    return Graph(nodes, wires, graph.next_id, graph.notes)


def replaced(graph: Graph, path: Sequence[str], changed: Graph) -> Graph:
    """The whole drawing when the drawing at ``path`` becomes ``changed``: in this one place only.

    Raises NoSuchNode, BadBlock.
    """
    if not path:
        return changed
    node = graph.node(path[0])
    if node.block is None:
        raise BadBlock(f"{node.name} is not a block.")
    inner = replaced(node.block.graph, path[1:], changed)
    return with_block(graph, node.id, node.block.drawn(inner))


def everywhere(graph: Graph, old: Block, new: Block) -> Graph:
    """The whole drawing when every copy of a block, however deep, becomes another. Raises BadBlock."""
    new.checked()
    known: dict[Block, Block] = {old: new}

    def change(part: Graph) -> Graph:
        changed: dict[str, Node] = {}
        for id, node in part.nodes.items():
            if node.block is None:
                continue
            if node.block not in known:
                inner = change(node.block.graph)
                known[node.block] = node.block if inner is node.block.graph else node.block.drawn(inner)
                known[node.block].checked()
            if known[node.block] is not node.block:
                changed[id] = replace(node, block=known[node.block])
        return _with_blocks(part, changed) if changed else part

    return change(graph)


def changed_at(graph: Graph, path: Sequence[str], changed: Graph, *, copies: bool = True) -> Graph:
    """The whole drawing when the drawing at ``path`` becomes ``changed``.

    With ``copies`` every copy of the block changes with it, otherwise this one only. Raises NoSuchNode, BadBlock.
    """
    if not path:
        return changed
    block = block_at(graph, path)
    if not copies:
        return replaced(graph, path, changed)
    return everywhere(graph, block, block.drawn(changed))


def retitled(graph: Graph, path: Sequence[str], title: str, *, copies: bool = True) -> Graph:
    """The whole drawing when the block at ``path`` has another title. Raises NoSuchNode, BadBlock."""
    block = block_at(graph, path)
    new = replace(block, title=title.strip())
    if copies:
        return everywhere(graph, block, new)
    outer = inside(graph, path[:-1])
    return replaced(graph, path[:-1], with_block(outer, path[-1], new))


def blocks(graph: Graph) -> Iterator[Block]:
    """Every block of the drawing, copies included, those inside others too."""
    for node in graph.nodes.values():
        if node.block is not None:
            yield node.block
            yield from blocks(node.block.graph)


def copies(graph: Graph, block: Block) -> int:
    """How often a block stands in the drawing, in other blocks too; repetitions are not counted."""
    return sum(other is block or other == block for other in blocks(graph))


def made_own(graph: Graph, path: Sequence[str]) -> Graph:
    """The block at ``path`` under a title of its own, so that it is no copy of others any more.

    Raises NoSuchNode, BadBlock.
    """
    block = block_at(graph, path)
    taken = {other.title for other in blocks(graph)}
    stem = block.title.rstrip("0123456789 ") or block.title
    number = 2
    while f"{stem} {number}" in taken:
        number += 1
    return retitled(graph, path, f"{stem} {number}", copies=False)
