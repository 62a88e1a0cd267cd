"""What can be done to the selected layers without a mouse gesture: each ends in one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from engine.graph.boxes import compact
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.graph.layers.kind import ENDS
from engine.graph.layout.placement import set_apart
from engine.graph.layout.tidy import tidy
from engine.graph.note_edits import remove_notes
from engine.graph.rewiring import take_out
from engine.graph.snapping import leader, riders, root, snapped_onto
from gui.background import aside
from gui.canvas import clipboard, text
from gui.canvas.diagram_view import DiagramView
from gui.canvas.edits import deletable, free_place, without_ends
from gui.canvas.faces import Blocks, face_of
from gui.canvas.grid import snap, snapped
from gui.canvas.node_layout import layout
from gui.canvas.notes.notes import Notes
from gui.canvas.quick_add import QuickAdd
from gui.canvas.rename import Rename
from gui.canvas.wiring import Wiring

KEPT = "The data block and the goal block cannot be removed: every network needs them."
NOT_STACKED = (
    "Select an activation, normalisation or dropout that alone follows another layer: such a layer can be stacked."
)
PASTE_STEP = 32.0
TAKEN_OUT_BELOW = 40.0
TIDIED_AT_ONCE = 60
"""To lay out more nodes than this takes longer than a frame: it is done in a thread."""


class Commands(QObject):
    """The canvas's commands; actions, menus and keys all come here."""

    def __init__(
        self, view: DiagramView, notes: Notes, wiring: Wiring, quick_add: QuickAdd, rename: Rename
    ) -> None:
        super().__init__(view)
        self._view, self._notes, self._wiring = view, notes, wiring
        self._quick_add, self._rename = quick_add, rename
        self._pastes = 0
        self._pasted_text = ""

    @property
    def _graph(self) -> Graph:
        return self._view.document.graph

    def layers(self) -> list[str]:
        """The selected nodes without the two blocks at the ends."""
        return without_ends(self._graph, self._view.document.selection)

    def _named(self, ids: list[str]) -> str:
        return self._graph.nodes[ids[0]].name if len(ids) == 1 else f"{len(ids)} layers"

    # Taking away

    def delete(self) -> None:
        """Delete the selected wire, or the selected layers, joining what they stood between."""
        self._delete(lambda graph, ids: graph.remove_keeping_chain(ids))

    def delete_with_wires(self) -> None:
        """Delete the selected layers and every wire that touches them."""
        self._delete(lambda graph, ids: graph.remove(ids))

    def _delete(self, change: Callable[[Graph, list[str]], Graph]) -> None:
        view, document = self._view, self._view.document
        # Those one sees selected; a gesture under way may select others again when it is broken off.
        selection, notes = document.selection, self._notes.in_order()
        ids = deletable(self._graph, selection)
        view.cancel()
        wire = view.selected_wire
        if wire is not None:
            self._wiring.disconnect_wire(wire)
            return
        if len(ids) < len(selection):
            document.complain.emit(KEPT)
        if ids or notes:
            label = f"Delete {self._notes.named(notes, ids)}"
            document.try_edit(label, lambda graph: remove_notes(change(graph, ids), notes))

    def take_out(self) -> None:
        """Take the one selected layer out of its chain, joining its neighbours, and put it below its old place."""
        ids, view = self.layers(), self._view
        if len(ids) != 1:
            return
        id = ids[0]
        node, size = self._graph.nodes[id], view.size_of(id)

        def change(graph: Graph) -> Graph:
            place = (node.position[0], snap(node.position[1] + size[1] + TAKEN_OUT_BELOW))
            return take_out(graph, id).move({id: free_place(graph.remove([id]), place, size, view.size_of)})

        if self._graph.incoming(id) or self._graph.outgoing(id):
            view.document.try_edit(f"Detach {node.name}", change)
            view.ensure_seen([id])

    # Clipboard

    def copy(self) -> bool:
        """Put the selected layers on the clipboard as text."""
        ids = self.layers()
        if not ids and not self._notes.selection:
            self._view.document.complain.emit(KEPT if self._view.document.selection else "Select layers first.")
            return False
        piece = clipboard.piece_of(self._graph, ids)
        piece = replace(piece, graph=self._notes.beside(piece.graph))
        QGuiApplication.clipboard().setText(clipboard.to_text(piece))
        self._pastes = 0
        return True

    def cut(self) -> None:
        """Copy, then delete."""
        if self.copy():
            ids, notes = self.layers(), self._notes.in_order()
            label = f"Cut {self._notes.named(notes, ids)}"
            self._view.document.try_edit(label, lambda graph: remove_notes(graph.remove_keeping_chain(ids), notes))

    def paste(self) -> None:
        """Paste layers: under the pointer, or a step beside where they were copied."""
        self._paste_text(wired=False)

    def paste_wired(self) -> None:
        """Paste layers, fed by the layers of those names that fed the ones copied, as far as they are here."""
        self._paste_text(wired=True)

    def _paste_text(self, *, wired: bool) -> None:
        view, written = self._view, QGuiApplication.clipboard().text()
        try:
            piece = clipboard.from_text(written)
        except clipboard.NoLayers as error:
            view.document.complain.emit(str(error))
            return
        ends = [id for id, node in piece.graph.nodes.items() if node.kind in ENDS]
        fragment = piece.graph.remove(ends)
        if not fragment.nodes and not fragment.notes:
            view.document.complain.emit(KEPT)
            return
        self._pastes = self._pastes + 1 if written == self._pasted_text else 1
        self._pasted_text = written
        offset = (PASTE_STEP * self._pastes, PASTE_STEP * self._pastes)
        if view.pointer is not None:
            corners = [node.position for node in fragment.nodes.values()]
            corners += [note.position for note in fragment.notes.values()]
            left, top = min(x for x, _y in corners), min(y for _x, y in corners)
            x, y = snapped(view.pointer.x(), view.pointer.y())
            offset = (x - left, y - top)
        self._paste("Paste", fragment, offset, piece.feeds if wired else ())

    def duplicate(self) -> None:
        """A second copy of the selected layers beside them, with the wires among them."""
        ids = self.layers()
        if ids or self._notes.selection:
            fragment = self._notes.beside(self._graph.subgraph(ids))
            self._paste("Duplicate", fragment, (PASTE_STEP, PASTE_STEP))

    def _paste(
        self, verb: str, fragment: Graph, offset: tuple[float, float], feeds: tuple[clipboard.IncomingWire, ...] = ()
    ) -> None:
        document = self._view.document
        self._view.cancel()
        try:
            graph, ids = document.graph.paste(fragment, offset)
            # Names are looked for among the layers that were here before: a copy must not feed its original's copy.
            bare, graph = graph, clipboard.fed(graph, ids, [feed for feed in feeds if self._graph.find(feed.name)])
        except GraphError as error:
            document.complain.emit(str(error))
            return
        names = list(ids.values())
        notes = [id for id in graph.notes if id not in document.graph.notes]
        parts = [graph.nodes[names[0]].name if len(names) == 1 else f"{len(names)} layers"] if names else []
        parts += ["a note" if len(notes) == 1 else f"{len(notes)} notes"] if notes else []
        document.edit(f"{verb} {' and '.join(parts)}", graph)
        document.select(names)
        self._notes.select(notes)
        if feeds and graph is bare:
            document.complain.emit("Pasted without wires: no layer here has the name of one that fed them.")

    # States

    def bypass(self) -> None:
        """Bypass the selected layers, or none of them when all are bypassed."""
        self._toggle("bypassed", "Bypass", "Stop bypassing")

    def freeze(self) -> None:
        """Freeze the selected layers' weights, or let all be trained when all are frozen."""
        self._toggle("frozen", "Freeze", "Train")

    def _toggle(self, state: str, on: str, off: str) -> None:
        ids = self.layers()
        if not ids:
            return
        value = not all(getattr(self._graph.nodes[id], state) for id in ids)
        label = f"{on if value else off} {self._named(ids)}"
        self._view.document.try_edit(label, lambda graph: graph.set_all(ids, **{state: value}))

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes and notes by a little. Nudges in a row are one step of undo."""
        ids, notes = self._view.selected_nodes(), self._notes
        if notes.selection:
            nodes, carried = notes.carried()
            label = f"Move {notes.named(notes.in_order(), ids)}"
            merge = "nudge " + " ".join((*sorted(nodes), *sorted(carried)))
            places = {
                id: (self._graph.nodes[id].position[0] + dx, self._graph.nodes[id].position[1] + dy) for id in nodes
            }
            self._view.document.try_edit(
                label, lambda graph: notes.moved(graph.move(places), carried, dx, dy), merge=merge
            )
        elif ids:
            label = f"Move {self._named(ids)}"
            merge = "nudge " + " ".join(ids)
            self._view.document.try_edit(label, lambda graph: self._nudged(graph, ids, dx, dy), merge=merge)

    @staticmethod
    def _nudged(graph: Graph, ids: list[str], dx: float, dy: float) -> Graph:
        """The drawing with nodes moved; one that is stacked on a node which stays is set apart from it instead."""
        off = [id for id in ids if snapped_onto(graph, id) is not None and root(graph, id) not in ids]
        places = {id: graph.nodes[id].position for id in ids if id not in off}
        graph = graph.move({id: (x + dx, y + dy) for id, (x, y) in places.items()})
        for id in off:
            graph = set_apart(graph, id) if snapped_onto(graph, id) is not None else graph
        return graph

    def stack(self) -> None:
        """Snap the selected layers onto the ones before them; set them apart when all that may be are."""
        ids, graph = self.layers(), self._graph
        able = [id for id in ids if leader(graph, id) is not None] or [r for id in ids for r in riders(graph, id)]
        if not able:
            self._view.document.complain.emit(NOT_STACKED)
            return
        apart = all(snapped_onto(graph, id) is not None for id in able)

        def change(graph: Graph) -> Graph:
            for id in graph.topological():
                before = leader(graph, id) if id in able else None
                if before is not None:
                    graph = set_apart(graph, id) if apart else graph.move({id: graph.nodes[before].position})
            return graph

        self._view.document.try_edit(f"{'Unstack' if apart else 'Stack'} {self._named(able)}", change)

    def rename(self) -> None:
        """Rename the one selected layer in place, or write in the one selected note."""
        ids = self._view.selected_nodes()
        if not ids and len(self._notes.selection) == 1:
            self._notes.edit(*self._notes.selection)
        if len(ids) == 1:
            self._rename.open_for(ids[0])

    def tidy(self) -> None:
        """Lay out the selected nodes if there are several, else all of them; they glide to their places."""
        view, document, graph = self._view, self._view.document, self._graph
        ids = self._view.selected_nodes()
        view.cancel()
        chosen = ids if len(ids) > 1 else list(graph.nodes)
        before = {id: graph.nodes[id].position for id in chosen}
        seen = view.sees(chosen)
        label = "Tidy" if len(chosen) == len(graph.nodes) else f"Tidy {self._named(ids)}"
        snapped = compact(graph, chosen)
        sizes = {id: view.size_of(id) for id in graph.nodes}
        for id in graph.nodes:
            if riders(snapped, id) != riders(graph, id):
                place = layout(face_of(snapped, snapped.nodes[id], Blocks()), text.width, text.shortened)
                sizes[id] = (place.width, 2 * place.level)
        work = partial(tidy, snapped, chosen, size_of=sizes.__getitem__, view=view.room_to_fit())
        tidied = work() if len(graph.nodes) <= TIDIED_AT_ONCE else aside(work)
        if self._graph is not graph:
            return  # another drawing is shown by now
        if not document.edit(label, tidied):
            document.complain.emit("The layout is tidy already.")
            return
        if seen:
            view.projection.then(partial(self._keep_in_view, chosen))
        view.glide.start(before)
        view.announce(f"Tidied {self._named(chosen)}")

    def _keep_in_view(self, ids: list[str]) -> None:
        if not self._view.sees(ids):
            self._view.fit_all()

    def select_all(self) -> None:
        """Select every node and every note."""
        self._view.cancel()
        self._view.document.select(self._graph.nodes)
        self._notes.select(self._graph.notes)

    def replace(self) -> None:
        """Ask for a layer that takes the place of the one selected layer."""
        ids = self.layers()
        if len(ids) == 1:
            self._quick_add.ask_to_replace(ids[0])
