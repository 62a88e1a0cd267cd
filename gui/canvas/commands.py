"""What can be done to the selected layers without a mouse gesture: each ends in one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QGuiApplication

from engine.graph.advice.joining import first_feeder, joined
from engine.graph.blocks import shelf
from engine.graph.boxes import compact
from engine.graph.errors import GraphError
from engine.graph.graph import Graph, Wire
from engine.graph.layout.placement import set_apart
from engine.graph.layout.tidy import tidy
from engine.graph.note_edits import remove_notes
from engine.graph.rewiring import ENDS, replace_kind, take_out
from engine.graph.snapping import leader, riders, root, snapped_onto
from gui.background import aside
from gui.canvas import clipboard, text
from gui.canvas.edits import after, deletable, free_place, insert
from gui.canvas.faces import Blocks, face_of
from gui.canvas.geometry import NodeLayout, layout, snap, snapped

if TYPE_CHECKING:
    from gui.canvas.view import Canvas

KEPT = "The data block and the goal block stay: every network needs them."
NOT_STACKED = (
    "Select an activation, a normalisation or a dropout that alone follows another layer: such a layer can be stacked."
)
PASTE_STEP = 32.0
TAKEN_OUT_BELOW = 40.0
TIDIED_AT_ONCE = 60
"""To lay out more nodes than this takes longer than a frame: it is done in a thread."""


def layout_of_kind(kind: str) -> NodeLayout:
    """How a new layer of a kind is shown."""
    sample = shelf.add(Graph(), kind)
    return layout(face_of(sample, sample.nodes[sample.last], Blocks()), text.width, text.shortened)


def size_of_kind(kind: str) -> tuple[float, float]:
    """How large a new layer of a kind is shown."""
    place = layout_of_kind(kind)
    return (place.width, 2 * place.level)


class Commands(QObject):
    """The canvas's commands; actions, menus and keys all come here."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._pastes = 0
        self._pasted_text = ""

    @property
    def _graph(self) -> Graph:
        return self._canvas.document.graph

    def selected(self) -> list[str]:
        """The selected nodes in the order of the drawing."""
        selection = self._canvas.document.selection
        return [id for id in self._graph.nodes if id in selection]

    def layers(self) -> list[str]:
        """The selected nodes without the two blocks at the ends."""
        return deletable(self._graph, self._canvas.document.selection)

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
        canvas, document = self._canvas, self._canvas.document
        # Those one sees selected; a gesture under way may select others again when it is broken off.
        selection, ids, notes = document.selection, self.layers(), canvas.notes.in_order()
        canvas.cancel()
        wire = canvas.selected_wire
        if wire is not None:
            self.disconnect_wire(wire)
            return
        if len(ids) < len(selection):
            document.complain.emit(KEPT)
        if ids or notes:
            label = f"Delete {canvas.notes.named(notes, ids)}"
            document.try_edit(label, lambda graph: remove_notes(change(graph, ids), notes))

    def disconnect_wire(self, wire: Wire) -> None:
        """Take away a wire."""
        self._canvas.document.try_edit("Delete a wire", lambda graph: graph.disconnect(wire))

    def disconnect_node(self, id: str) -> None:
        """Take away every wire of a node."""

        def change(graph: Graph) -> Graph:
            for wire in (*graph.incoming(id), *graph.outgoing(id)):
                graph = graph.disconnect(wire)
            return graph

        self._canvas.document.try_edit(f"Disconnect {self._named([id])}", change)

    def take_out(self) -> None:
        """Take the one selected layer out of its chain, joining its neighbours, and put it below its old place."""
        ids, canvas = self.layers(), self._canvas
        if len(ids) != 1:
            return
        id = ids[0]
        node, size = self._graph.nodes[id], canvas.size_of(id)

        def change(graph: Graph) -> Graph:
            place = (node.position[0], snap(node.position[1] + size[1] + TAKEN_OUT_BELOW))
            return take_out(graph, id).move({id: free_place(graph.remove([id]), place, size, canvas.size_of)})

        if self._graph.incoming(id) or self._graph.outgoing(id):
            canvas.document.try_edit(f"Detach {node.name}", change)
            canvas.ensure_seen([id])

    # Clipboard

    def copy(self) -> bool:
        """Put the selected layers on the clipboard as text."""
        ids = self.layers()
        if not ids and not self._canvas.notes.selection:
            self._canvas.document.complain.emit(KEPT if self._canvas.document.selection else "Select layers first.")
            return False
        piece = clipboard.piece_of(self._graph, ids)
        piece = replace(piece, graph=self._canvas.notes.beside(piece.graph))
        QGuiApplication.clipboard().setText(clipboard.to_text(piece))
        self._pastes = 0
        return True

    def cut(self) -> None:
        """Copy, then delete."""
        if self.copy():
            ids, notes = self.layers(), self._canvas.notes.in_order()
            label = f"Cut {self._canvas.notes.named(notes, ids)}"
            self._canvas.document.try_edit(label, lambda graph: remove_notes(graph.remove_keeping_chain(ids), notes))

    def paste(self) -> None:
        """Paste layers: under the pointer, or a step beside where they were copied."""
        self._paste_text(wired=False)

    def paste_wired(self) -> None:
        """Paste layers, fed by the layers of those names that fed the ones copied, as far as they are here."""
        self._paste_text(wired=True)

    def _paste_text(self, *, wired: bool) -> None:
        canvas, written = self._canvas, QGuiApplication.clipboard().text()
        try:
            piece = clipboard.from_text(written)
        except clipboard.NoLayers as error:
            canvas.document.complain.emit(str(error))
            return
        ends = [id for id, node in piece.graph.nodes.items() if node.kind in ENDS]
        fragment = piece.graph.remove(ends)
        if not fragment.nodes and not fragment.notes:
            canvas.document.complain.emit(KEPT)
            return
        self._pastes = self._pastes + 1 if written == self._pasted_text else 1
        self._pasted_text = written
        offset = (PASTE_STEP * self._pastes, PASTE_STEP * self._pastes)
        if canvas.pointer is not None:
            corners = [node.position for node in fragment.nodes.values()]
            corners += [note.position for note in fragment.notes.values()]
            left, top = min(x for x, _y in corners), min(y for _x, y in corners)
            x, y = snapped(canvas.pointer.x(), canvas.pointer.y())
            offset = (x - left, y - top)
        self._paste("Paste", fragment, offset, piece.feeds if wired else ())

    def duplicate(self) -> None:
        """A second copy of the selected layers beside them, with the wires among them."""
        ids = self.layers()
        if ids or self._canvas.notes.selection:
            fragment = self._canvas.notes.beside(self._graph.subgraph(ids))
            self._paste("Duplicate", fragment, (PASTE_STEP, PASTE_STEP))

    def _paste(
        self, verb: str, fragment: Graph, offset: tuple[float, float], feeds: tuple[clipboard.IncomingWire, ...] = ()
    ) -> None:
        document = self._canvas.document
        self._canvas.cancel()
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
        self._canvas.notes.select(notes)
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
        self._canvas.document.try_edit(label, lambda graph: graph.set_all(ids, **{state: value}))

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes and notes by a little. Nudges in a row are one step of undo."""
        ids, notes = self.selected(), self._canvas.notes
        if notes.selection:
            nodes, carried = notes.carried()
            label = f"Move {notes.named(notes.in_order(), ids)}"
            merge = "nudge " + " ".join((*sorted(nodes), *sorted(carried)))
            places = {
                id: (self._graph.nodes[id].position[0] + dx, self._graph.nodes[id].position[1] + dy) for id in nodes
            }
            self._canvas.document.try_edit(
                label, lambda graph: notes.moved(graph.move(places), carried, dx, dy), merge=merge
            )
        elif ids:
            label = f"Move {self._named(ids)}"
            merge = "nudge " + " ".join(ids)
            self._canvas.document.try_edit(label, lambda graph: self._nudged(graph, ids, dx, dy), merge=merge)

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
            self._canvas.document.complain.emit(NOT_STACKED)
            return
        apart = all(snapped_onto(graph, id) is not None for id in able)

        def change(graph: Graph) -> Graph:
            for id in graph.topological():
                before = leader(graph, id) if id in able else None
                if before is not None:
                    graph = set_apart(graph, id) if apart else graph.move({id: graph.nodes[before].position})
            return graph

        self._canvas.document.try_edit(f"{'Unstack' if apart else 'Stack'} {self._named(able)}", change)

    def rename(self) -> None:
        """Rename the one selected layer in place, or write in the one selected note."""
        ids = self.selected()
        if not ids and len(self._canvas.notes.selection) == 1:
            self._canvas.notes.edit(*self._canvas.notes.selection)
        if len(ids) == 1:
            self._canvas.rename_field.open_for(ids[0])

    def tidy(self) -> None:
        """Lay out the selected nodes if there are several, else all of them; they glide to their places."""
        canvas, document, graph = self._canvas, self._canvas.document, self._graph
        ids = self.selected()
        canvas.cancel()
        chosen = ids if len(ids) > 1 else list(graph.nodes)
        before = {id: graph.nodes[id].position for id in chosen}
        seen = canvas.sees(chosen)
        label = "Tidy" if len(chosen) == len(graph.nodes) else f"Tidy {self._named(ids)}"
        snapped = compact(graph, chosen)
        sizes = {id: canvas.size_of(id) for id in graph.nodes}
        for id in graph.nodes:
            if riders(snapped, id) != riders(graph, id):
                place = layout(face_of(snapped, snapped.nodes[id], Blocks()), text.width, text.shortened)
                sizes[id] = (place.width, 2 * place.level)
        work = partial(tidy, snapped, chosen, size_of=sizes.__getitem__, view=canvas.room_to_fit())
        tidied = work() if len(graph.nodes) <= TIDIED_AT_ONCE else aside(work)
        if self._graph is not graph:
            return  # another drawing is shown by now
        if not document.edit(label, tidied):
            document.complain.emit("This is tidy already.")
            return
        if seen:
            canvas.projection.then(partial(self._keep_in_view, chosen))
        canvas.glide.start(before)
        canvas.announce(f"Tidied {self._named(chosen)}")

    def _keep_in_view(self, ids: list[str]) -> None:
        if not self._canvas.sees(ids):
            self._canvas.fit_all()

    def select_all(self) -> None:
        """Select every node and every note."""
        self._canvas.cancel()
        self._canvas.document.select(self._graph.nodes)
        self._canvas.notes.select(self._graph.notes)

    def replace(self) -> None:
        """Ask for a layer that takes the place of the one selected layer."""
        ids = self.layers()
        if len(ids) == 1:
            self._canvas.quick_add.ask_to_replace(ids[0])

    def replace_by(self, kind: str, id: str) -> bool:
        """Make a layer one of another kind, keeping its wires and what matches of its settings."""
        document = self._canvas.document
        if id not in self._graph.nodes:
            return False
        label = f"Replace {self._graph.nodes[id].name} by {kind}"
        return document.try_edit(label, lambda graph: replace_kind(graph, id, kind))

    # Adding

    def continued_from(self) -> str:
        """The node that the next layer follows: the one selected, else the data where nothing is drawn yet; or ""."""
        ids = self.selected()
        if len(ids) == 1 and self._graph.nodes[ids[0]].declaration.has_output:
            return ids[0]
        return first_feeder(self._graph)

    def add(self, kind: str) -> bool:
        """Add a layer behind the one selected node, or in the middle of what is seen."""
        behind = self.continued_from()
        if behind:
            return self.add_behind(kind, behind)
        canvas = self._canvas
        return self.add_at(kind, canvas.scene_at(QPointF(canvas.viewport().rect().center())))

    def add_behind(self, kind: str, id: str) -> bool:
        """Add a layer behind a node, on its wire when it has exactly one."""
        size = size_of_kind(kind)
        return self._added(kind, lambda graph: after(graph, kind, id, size, self._canvas.size_of))

    def add_on(self, kind: str, wire: Wire) -> bool:
        """Add a layer in the middle of a wire, making room."""
        size = size_of_kind(kind)
        return self._added(kind, lambda graph: insert(graph, kind, wire, size, self._canvas.size_of, None))

    def add_at(self, kind: str, middle: QPointF) -> bool:
        """Add a layer around a point, or below what stands there."""
        width, height = size_of_kind(kind)
        corner = snapped(middle.x() - width / 2, middle.y() - height / 2)

        def change(graph: Graph) -> Graph:
            return shelf.add(graph, kind, position=free_place(graph, corner, (width, height), self._canvas.size_of))

        return self._added(kind, change)

    def add_wired(self, kind: str, at: QPointF, end: Wire, forward: bool) -> bool:
        """Add a layer whose port lies at a point, to the nearest place of the grid, and connect it to a wire in hand.

        ``end`` names the end that is fixed: its source when ``forward``, else its target. The wire's loose end
        was at the point, so it stays where it is.
        """
        place = layout_of_kind(kind)
        port = place.inputs[0][1] if forward and place.inputs else place.output or QPointF()
        corner = snapped(at.x() - port.x(), at.y() - port.y())

        def change(graph: Graph) -> Graph:
            graph = shelf.add(graph, kind, position=corner)
            id = graph.last
            if forward:
                port = graph.open_input(id)
                return graph.connect(Wire(end.source, end.output, id, port)) if port is not None else graph
            if not graph.nodes[id].declaration.has_output:
                return graph
            return graph.replace_input(Wire(id, "out", end.target, end.input))

        return self._added(kind, change)

    def _added(self, kind: str, change: Callable[[Graph], Graph]) -> bool:
        document = self._canvas.document
        before = set(document.graph.nodes)

        def joining(graph: Graph) -> Graph:
            added = change(graph)
            return joined(added, added.last, document.signature)

        if not document.try_edit(f"Add {kind}", joining):
            return False
        new = [id for id in document.graph.nodes if id not in before]
        document.select(new)
        self._canvas.walking = False  # what was just added is continued from
        self._canvas.ensure_seen(new)
        self._canvas.announce(f"Added {', '.join(document.graph.nodes[id].name for id in new)}")
        return True
