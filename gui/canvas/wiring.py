"""Wires by keyboard: connecting through two lists, taking wires away, and the choice where there are several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from engine.graph.graph import Graph, Wire
from gui.canvas.connect_dialog import ConnectDialog

if TYPE_CHECKING:
    from gui.canvas.view import Canvas


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
    target = graph.nodes[wire.target]
    several = target.declaration.variadic or len(target.declaration.inputs) > 1
    port = f", input {wire.input.removeprefix('in') or wire.input}" if several else ""
    return f"{graph.nodes[wire.source].name} → {target.name}{port}"


class Wiring(QObject):
    """The commands about wires of a canvas, for whatever widget has the keyboard."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas

    def connect_nodes(self) -> None:
        """Open the two lists, with what is selected chosen in them."""
        canvas = self._canvas
        graph, selection = canvas.document.graph, canvas.document.selection
        canvas.cancel()
        ids = [id for id in graph.topological() if id in selection]
        source = ids[0] if ids and graph.nodes[ids[0]].declaration.has_output else ""
        target = ids[1] if len(ids) == 2 else ids[0] if ids and not source else ""
        ConnectDialog(canvas, source, target, canvas.window()).open()

    def disconnect_nodes(self) -> None:
        """Take away the selected wire, the wire between two selected nodes, or one of the selected node's wires."""
        canvas = self._canvas
        document, wire = canvas.document, canvas.selected_wire
        if wire is not None:
            canvas.commands.disconnect_wire(wire)
            return
        graph, ids = document.graph, canvas.commands.selected()
        canvas.cancel()
        if not ids:
            document.complain.emit("Select the layer, or the two layers, whose wire is to go.")
            return
        touching = dict.fromkeys(w for id in ids for w in (*graph.incoming(id), *graph.outgoing(id)))
        wires = [w for w in touching if len(ids) == 1 or {w.source, w.target} <= set(ids)]
        if not wires:
            names = " and ".join(graph.nodes[id].name for id in ids) if len(ids) < 3 else f"{len(ids)} layers"
            document.complain.emit(f"There is no wire {'at' if len(ids) == 1 else 'between'} {names}.")
            return
        choices = [(words_of(graph, w), partial(canvas.commands.disconnect_wire, w)) for w in wires]
        if len(wires) > 1 and len(ids) == 1:
            choices.append((f"All {len(wires)} wires", partial(canvas.commands.disconnect_node, ids[0])))
        choose(canvas, canvas.place_of(ids[0]), choices)
