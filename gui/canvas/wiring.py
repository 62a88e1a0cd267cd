"""Wires by keyboard: connecting through two lists, taking wires away, going along and selecting them.

Where there are several, a menu asks which one is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QMenu, QWidget

from engine.graph.graph import Graph, Wire
from gui.canvas.connect_dialog import ConnectDialog
from gui.canvas.diagram_view import DiagramView
from gui.document import Document


def choose(parent: QWidget, where: QPoint, choices: Sequence[tuple[str, Callable[[], object]]]) -> None:
    """Do the one thing there is to do, or ask by a menu which one; ``where`` is on the screen."""
    if len(choices) == 1:
        choices[0][1]()
        return
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for words, run in choices:
        menu.addAction(words, run)
    menu.popup(where)
    if menu.actions():
        menu.setActiveAction(menu.actions()[0])


def words_of(graph: Graph, wire: Wire) -> str:
    """A wire in words: "relu1 → add1, input 2"."""
    return f"{graph.nodes[wire.source].name} → {_end_of(graph, wire)}"


def _end_of(graph: Graph, wire: Wire) -> str:
    target = graph.nodes[wire.target]
    several = target.declaration.variadic or len(target.declaration.inputs) > 1
    port = f", input {wire.input.removeprefix('in') or wire.input}" if several else ""
    return f"{target.name}{port}"


def spoken(document: Document, wire: Wire) -> str:
    """A wire and what flows there, for a screen reader: "Wire from conv1 to relu1, 32 channels × 28 high × 28 wide"."""
    graph, shape = document.graph, document.analysis.shapes.get(wire.source)
    words = f"Wire from {graph.nodes[wire.source].name} to {_end_of(graph, wire)}"
    return words if shape is None else f"{words}, {shape.words()}"


def wires_of(document: Document, graph: Graph, id: str, forward: bool) -> list[Wire]:
    """The wires that leave a node of a drawing from the top down, or arrive at it by its inputs.

    That there is none is told.
    """
    places = {w: graph.nodes[w.target].position for w in graph.outgoing(id)}
    wires = sorted(places, key=lambda w: (places[w][1], places[w][0])) if forward else list(graph.incoming(id))
    if not wires:
        name = graph.nodes[id].name
        document.complain.emit(f"{name} feeds nothing." if forward else f"Nothing feeds {name}.")
    return wires


def follow(
    document: Document, id: str, forward: bool, parent: QWidget, where: QPoint, go: Callable[[str], object]
) -> None:
    """Go along the wires of a node: ``go`` is given the node at their other end, chosen where there are several."""
    graph = document.graph
    ends = dict.fromkeys(w.target if forward else w.source for w in wires_of(document, graph, id, forward))
    if ends:
        choose(parent, where, [(graph.nodes[end].name, partial(go, end)) for end in ends])


class Wiring(QObject):
    """The commands about wires of a canvas, for whatever widget has the keyboard."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view

    def connect_nodes(self) -> None:
        """Open the two lists, with what is selected chosen in them."""
        view = self._view
        graph, selection = view.document.graph, view.document.selection
        view.cancel()
        ids = [id for id in graph.topological() if id in selection]
        source = ids[0] if ids and graph.nodes[ids[0]].declaration.has_output else ""
        target = ids[1] if len(ids) == 2 else ids[0] if ids and not source else ""
        ConnectDialog(view, source, target, view.window()).open()

    def select_next(self, forward: bool) -> None:
        """Select a wire that leaves the selected layer (``forward``) or arrives there; of a selected one, the next."""
        view, document, now = self._view, self._view.document, self._view.selected_wire
        ids = view.selected_nodes()
        if now is not None:
            here = now.source if forward else now.target
        elif ids:
            here = ids[-1] if forward else ids[0]
        else:
            document.complain.emit("Select a layer first, to go through its wires.")
            return
        wires = wires_of(document, document.graph, here, forward)
        if not wires:
            return
        place = (wires.index(now) + 1) % len(wires) if now in wires else 0
        view.walking = True
        view.select_wire(wires[place])
        view.ensureVisible(QRectF(view.projection.wires[wires[place]].curve.middle, QSizeF(1.0, 1.0)), 48, 48)
        count = f", {place + 1} of {len(wires)}" if len(wires) > 1 else ""
        view.announce(f"{spoken(document, wires[place])}{count}")

    def disconnect_wire(self, wire: Wire) -> None:
        """Take away a wire."""
        self._view.document.try_edit("Delete a wire", lambda graph: graph.disconnect(wire))

    def disconnect_node(self, id: str) -> None:
        """Take away every wire of a node."""

        def change(graph: Graph) -> Graph:
            for wire in (*graph.incoming(id), *graph.outgoing(id)):
                graph = graph.disconnect(wire)
            return graph

        document = self._view.document
        document.try_edit(f"Disconnect {document.graph.nodes[id].name}", change)

    def disconnect_nodes(self) -> None:
        """Take away the selected wire, the wire between two selected nodes, or one of the selected node's wires."""
        view = self._view
        document, wire = view.document, view.selected_wire
        if wire is not None:
            self.disconnect_wire(wire)
            return
        graph, ids = document.graph, view.selected_nodes()
        view.cancel()
        if not ids:
            document.complain.emit("Select the layer, or the two layers, whose wire is to be removed.")
            return
        touching = dict.fromkeys(w for id in ids for w in (*graph.incoming(id), *graph.outgoing(id)))
        wires = [w for w in touching if len(ids) == 1 or {w.source, w.target} <= set(ids)]
        if not wires:
            names = " and ".join(graph.nodes[id].name for id in ids) if len(ids) < 3 else f"{len(ids)} layers"
            document.complain.emit(f"There is no wire {'at' if len(ids) == 1 else 'between'} {names}.")
            return
        choices = [(words_of(graph, w), partial(self.disconnect_wire, w)) for w in wires]
        if len(wires) > 1 and len(ids) == 1:
            choices.append((f"All {len(wires)} wires", partial(self.disconnect_node, ids[0])))
        choose(view, view.place_of(ids[0]), choices)
