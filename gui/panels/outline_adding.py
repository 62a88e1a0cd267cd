"""Adding layers from the outline: behind the layer of a row, or before it, on a wire or at its free input."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QWidget

from engine.graph.graph import Wire
from gui.canvas.gestures.connect import Loose
from gui.canvas.quick_add import Purpose
from gui.canvas.tools import CanvasTools
from gui.canvas.wiring import choose, words_of


def ask_behind(tools: CanvasTools, id: str) -> None:
    """Search for a layer to stand behind this one."""
    view = tools.view
    node = view.document.graph.nodes[id]
    if not node.declaration.has_output:
        view.document.complain.emit(f"Nothing comes after {node.name}: it is the end.")
        return
    view.ensure_seen([id])
    at = view.projection.nodes[id].body.topRight() + QPointF(24.0, 0.0)
    tools.quick_add.open_popup(Purpose(at, behind=id))


def ask_before(tools: CanvasTools, id: str, parent: QWidget, where: QPoint) -> None:
    """Search for a layer to stand before this one: on a wire that feeds it, or at its free input.

    Where there are several wires, a menu of ``parent`` asks at ``where`` on the screen which one is meant.
    """
    document = tools.view.document
    graph = document.graph
    node, port = graph.nodes[id], graph.open_input(id)
    wires = graph.incoming(id)
    if not wires and port is None:
        document.complain.emit(f"Nothing comes before {node.name}: it is the beginning.")
        return
    tools.view.ensure_seen([id])
    choices = [(f"On the wire {words_of(graph, wire)}", partial(_ask_on, tools, wire)) for wire in wires]
    if not wires and port is not None:
        choices.append(("At the free input", partial(_ask_at, tools, id, port)))
    choose(parent, where, choices)


def _ask_on(tools: CanvasTools, wire: Wire) -> None:
    at = tools.view.projection.wires[wire].curve.point(0.5)
    tools.quick_add.open_popup(Purpose(at, wire=wire))


def _ask_at(tools: CanvasTools, id: str, port: str) -> None:
    at = tools.view.projection.nodes[id].input_point(port) - QPointF(72.0, 0.0)
    tools.quick_add.open_popup(Purpose(at, loose=Loose(id, port, False)))
