"""Blocks on the canvas: grouping the selection into one, ungrouping, stepping in and out, renaming."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Signal

from engine.counting import counted
from engine.graph.block import Block
from engine.graph.blocks.remaking import remade
from engine.graph.graph import Graph
from engine.graph.grouping import group, ungroup
from engine.graph.nesting import made_own, with_block
from gui.canvas.diagram_view import DiagramView
from gui.canvas.notes.notes import Notes
from gui.canvas.rename import Rename
from gui.canvas.titles import set_title, titles_of

NEW_TITLE = "Block"


class Folding(QObject):
    """The canvas's commands for blocks. Each ends in one edit."""

    kept = Signal(object)
    """A block that the user wants to keep among their own."""

    def __init__(self, view: DiagramView, notes: Notes, rename: Rename) -> None:
        super().__init__(view)
        self._view, self._notes, self._rename = view, notes, rename
        self._views: dict[tuple[str, ...], tuple[float, QPointF]] = {}
        self._left: tuple[str, ...] = ()

    def block_of(self, id: str) -> Block | None:
        """The block that a node of the drawing holds."""
        node = self._view.document.graph.nodes.get(id)
        return None if node is None else node.block

    @property
    def selected(self) -> list[str]:
        """The selected nodes that are blocks."""
        return [id for id in self._view.selected_nodes() if self.block_of(id) is not None]

    # Folding

    def group(self) -> None:
        """Fold the selected layers, and notes, into a block, and ask for its title."""
        view, document = self._view, self._view.document
        ids, notes = view.selected_nodes(), self._notes.in_order()
        view.cancel()
        made = len(document.graph.nodes)
        new: list[str] = []

        def change(graph: Graph) -> Graph:
            graph = group(graph, ids, NEW_TITLE, notes=notes)
            new.append(graph.last)
            return graph

        named = document.graph.nodes[ids[0]].name if len(ids) == 1 else f"{len(ids)} layers"
        if document.try_edit(f"Group {named}", change, merge=_merge_of(made, ids)):
            document.select(new)
            view.announce(f"Grouped {named} into a block. Type its title.")
            self._rename.open_for(new[0], merge=_merge_of(made, ids))

    def ungroup(self) -> None:
        """Unfold the selected blocks."""
        view, document = self._view, self._view.document
        ids = self.selected
        view.cancel()
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
            view.announce(f"Ungrouped {named}: {counted(len(layers), 'layer')}")

    def unfold(self, id: str) -> None:
        """Unfold one block."""
        self._view.document.select({id})
        self.ungroup()

    # Stepping

    def enter(self, id: str) -> bool:
        """Step into a block. Returns whether the node is one."""
        return self.block_of(id) is not None and self._view.document.enter(id)

    def leave(self) -> bool:
        """Step out of the block one is in. Returns whether one was in one."""
        return self._view.document.leave()

    def remember_view(self) -> None:
        """Keep how the drawing that is shown is seen, to come back to it."""
        view = self._view
        middle = view.scene_at(QPointF(view.viewport().rect().center()))
        self._views[self._left] = (view.scale_now, middle)

    def show_level(self) -> None:
        """Another level is shown: as it was seen the last time, else as a whole."""
        view, path = self._view, self._view.document.path
        scale, middle = self._views.get(path, (0.0, QPointF()))
        if scale and len(path) < len(self._left):
            view.zoom_to(scale)
            view.centerOn(middle)
        else:
            view.fit_readably()
        self._left = path
        block = self.title_here()
        view.announce(f"Inside {block}" if block else "The network")

    def forget_views(self) -> None:
        """Another project is shown."""
        self._views.clear()
        self._left = self._view.document.path

    @property
    def is_inside(self) -> bool:
        """Whether one has stepped into a block."""
        return bool(self._view.document.path)

    def title_here(self) -> str:
        """The title of the block one is in; "" in the network itself."""
        titles = titles_of(self._view.document.whole, self._view.document.path)
        return titles[-1] if titles else ""

    # Changing a block from outside

    def set_title(self, id: str, title: str) -> bool:
        """Give a block, and its copies, another title. Returns whether anything was changed."""
        return set_title(self._view.document, id, title)

    def make_own(self, id: str) -> None:
        """Make one copy of a block a block of its own, so that changing it changes no other."""
        document = self._view.document
        path = (*document.path, id)
        document.edit_whole("Make the block independent", lambda whole: made_own(whole, path))

    def set_made(self, id: str, name: str, value: object) -> None:
        """Change a setting of a ready block, in this copy of it."""
        block = self.block_of(id)
        if block is not None and block.made is not None:
            self._view.document.try_edit(
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
