"""Blocks on the canvas: folding the selection into one, unfolding, stepping in and out, giving one its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Signal

from engine.counting import counted
from engine.graph.block import LONGEST_TITLE, Block
from engine.graph.blocks.remaking import remade
from engine.graph.graph import Graph
from engine.graph.grouping import group, ungroup
from engine.graph.naming import stem_of
from engine.graph.nesting import changed_at, inside, made_own, retitled, with_block

if TYPE_CHECKING:
    from gui.canvas.view import Canvas

NEW_TITLE = "Block"


class Folding(QObject):
    """The canvas's commands for blocks. Each ends in one edit."""

    kept = Signal(object)
    """A block that the user wants to keep among their own."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._views: dict[tuple[str, ...], tuple[float, QPointF]] = {}
        self._left: tuple[str, ...] = ()

    def block_of(self, id: str) -> Block | None:
        """The block that a node of the drawing holds."""
        node = self._canvas.document.graph.nodes.get(id)
        return None if node is None else node.block

    @property
    def selected(self) -> list[str]:
        """The selected nodes that are blocks."""
        return [id for id in self._canvas.commands.selected() if self.block_of(id) is not None]

    # Folding

    def group(self) -> None:
        """Fold the selected layers, and notes, into a block, and ask for its title."""
        canvas, document = self._canvas, self._canvas.document
        ids, notes = canvas.commands.selected(), canvas.notes.in_order()
        canvas.cancel()
        made = len(document.graph.nodes)
        new: list[str] = []

        def change(graph: Graph) -> Graph:
            graph = group(graph, ids, NEW_TITLE, notes=notes)
            new.append(graph.last)
            return graph

        named = document.graph.nodes[ids[0]].name if len(ids) == 1 else f"{len(ids)} layers"
        if document.try_edit(f"Group {named}", change, merge=_merge_of(made, ids)):
            document.select(new)
            canvas.announce(f"Grouped {named} into a block. Type its title.")
            canvas.rename_field.open_for(new[0], merge=_merge_of(made, ids))

    def ungroup(self) -> None:
        """Unfold the selected blocks."""
        canvas, document = self._canvas, self._canvas.document
        ids = self.selected
        canvas.cancel()
        if not ids:
            document.complain.emit("Select a block to ungroup.")
            return
        layers: list[str] = []

        def change(graph: Graph) -> Graph:
            for id in ids:
                graph, made = ungroup(graph, id)
                layers.extend(made)
            return graph

        named = document.graph.nodes[ids[0]].name if len(ids) == 1 else f"{len(ids)} blocks"
        if document.try_edit(f"Ungroup {named}", change):
            document.select(layers)
            canvas.announce(f"Ungrouped {named}: {counted(len(layers), 'layer')}")

    def unfold(self, id: str) -> None:
        """Unfold one block."""
        self._canvas.document.select({id})
        self.ungroup()

    # Stepping

    def enter(self, id: str) -> bool:
        """Step into a block. Returns whether the node is one."""
        return self.block_of(id) is not None and self._canvas.document.enter(id)

    def leave(self) -> bool:
        """Step out of the block one is in. Returns whether one was in one."""
        return self._canvas.document.leave()

    def remember_view(self) -> None:
        """Keep how the drawing that is shown is seen, to come back to it."""
        canvas = self._canvas
        middle = canvas.scene_at(QPointF(canvas.viewport().rect().center()))
        self._views[self._left] = (canvas.scale_now, middle)

    def show_level(self) -> None:
        """Another level is shown: as it was seen the last time, else as a whole."""
        canvas, path = self._canvas, self._canvas.document.path
        scale, middle = self._views.get(path, (0.0, QPointF()))
        if scale and len(path) < len(self._left):
            canvas.zoom_to(scale)
            canvas.centerOn(middle)
        else:
            canvas.fit_readably()
        self._left = path
        block = self.title_here()
        canvas.announce(f"Inside {block}" if block else "The network")

    def forget_views(self) -> None:
        """Another project is shown."""
        self._views.clear()
        self._left = self._canvas.document.path

    def title_here(self) -> str:
        """The title of the block one is in; "" in the network itself."""
        titles = titles_of(self._canvas.document.whole, self._canvas.document.path)
        return titles[-1] if titles else ""

    # Changing a block from outside

    def set_title(self, id: str, title: str, *, merge: str = "") -> bool:
        """Give a block, and its copies, another title; the name of its node follows while it was the usual one."""
        document, title = self._canvas.document, title.strip()[:LONGEST_TITLE]
        path, block = document.path, self.block_of(id)
        if block is None or title == block.title:
            return False

        def change(whole: Graph) -> Graph:
            whole = retitled(whole, (*path, id), title)
            part = inside(whole, path)
            name, stem = part.node(id).name, stem_of(title)
            if name.rstrip("0123456789") == stem_of(block.title) != stem:
                part = part.rename(id, part.free_name(stem))
                whole = changed_at(whole, path, part, copies=document.change_copies)
            return whole

        return document.edit_whole(f"Name the block {title}", change, merge=merge)

    def make_own(self, id: str) -> None:
        """Make one copy of a block a block of its own, so that changing it changes no other."""
        document = self._canvas.document
        path = (*document.path, id)
        document.edit_whole("Make the block independent", lambda whole: made_own(whole, path))

    def set_made(self, id: str, name: str, value: object) -> None:
        """Change a setting of a ready block, in this copy of it."""
        block = self.block_of(id)
        if block is not None and block.made is not None:
            self._canvas.document.try_edit(
                f"Set {name.replace('_', ' ')} of the block",
                lambda graph: with_block(graph, id, remade(block, **{name: value})),
                merge=f"{id}.made.{name}",
            )

    def keep(self, id: str) -> None:
        """Keep a block among the user's own."""
        block = self.block_of(id)
        if block is not None:
            self.kept.emit(block)


def _merge_of(made: int, ids: list[str]) -> str:
    """Grouping and giving the title are one step of undo."""
    return f"group {made} {' '.join(ids)}"


def titles_of(whole: Graph, path: tuple[str, ...]) -> list[str]:
    """The titles of the blocks along a path."""
    titles = []
    for id in path:
        block = whole.nodes[id].block
        assert block is not None
        titles.append(block.title)
        whole = block.graph
    return titles
