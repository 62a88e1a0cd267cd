"""The titles of blocks: those along a path, and giving a block another one."""

from __future__ import annotations

from engine.graph.block import LONGEST_TITLE
from engine.graph.graph import Graph
from engine.graph.naming import stem_of
from engine.graph.nesting import changed_at, inside, retitled
from gui.document import Document


def set_title(document: Document, id: str, title: str, *, merge: str = "") -> bool:
    """Give a block, and its copies, another title; the name of its node follows while it was the usual one.

    ``merge``: the edit whose step of undo this joins. Returns whether anything was changed.
    """
    title, path, node = title.strip()[:LONGEST_TITLE], document.path, document.graph.nodes.get(id)
    block = None if node is None else node.block
    if block is None or title == block.title:
        return False
    before = block.title

    def change(whole: Graph) -> Graph:
        whole = retitled(whole, (*path, id), title)
        part = inside(whole, path)
        name, stem = part.node(id).name, stem_of(title)
        if name.rstrip("0123456789") == stem_of(before) != stem:
            part = part.rename(id, part.free_name(stem))
            whole = changed_at(whole, path, part, copies=document.change_copies)
        return whole

    return document.edit_whole(f"Name the block {title}", change, merge=merge)


def titles_of(whole: Graph, path: tuple[str, ...]) -> list[str]:
    """The titles of the blocks along a path."""
    titles = []
    for id in path:
        block = whole.nodes[id].block
        assert block is not None
        titles.append(block.title)
        whole = block.graph
    return titles
