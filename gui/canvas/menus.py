"""Context menus: what can be done with the thing under the pointer, with the shortcuts that do the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from engine.graph.graph import Wire
from engine.graph.snapping import leader, riders
from gui.canvas.hit import NOTHING, Hit, hit
from gui.canvas.notes import menu as notes_menu

if TYPE_CHECKING:
    from gui.canvas.view import Canvas


def menu_for(canvas: Canvas, at: QPointF | None) -> tuple[QMenu, QPoint]:
    """The menu for a point of the canvas, or for the selection when None; and where a menu of the keyboard opens."""
    canvas.cancel()
    found = NOTHING if at is None else hit(canvas.projection, at, canvas.scale_now)
    ids = canvas.commands.selected()
    where = canvas.viewport().mapToGlobal(canvas.viewport().rect().center())
    if at is None and ids:
        found = Hit("node", ids[0])
        body = canvas.projection.nodes[ids[0]].body
        where = canvas.viewport().mapToGlobal(canvas.viewportTransform().map(body.center()).toPoint())
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if found.node:
        _node(canvas, menu, found.node)
    elif found.note or (at is None and canvas.notes.selection):
        notes_menu.fill(canvas, menu, found.note or canvas.notes.in_order()[0])
    elif found.wire is not None:
        _wire(canvas, menu, found.wire, at)
    elif at is None and canvas.selected_wire is not None:
        _wire(canvas, menu, canvas.selected_wire, None)
    else:
        _ground(canvas, menu, at)
    return menu, where


def _node(canvas: Canvas, menu: QMenu, id: str) -> None:
    if id not in canvas.document.selection:
        canvas.document.select({id})
    actions, graph = canvas.actions_, canvas.document.graph
    problems = [p for p in canvas.document.analysis.problems if p.node == id]
    if problems:
        menu.addAction("Show the problem", partial(canvas.problem_clicked.emit, id))
        menu.addSeparator()
    if graph.nodes[id].declaration.has_output:
        menu.addAction("Add a layer after…", canvas.open_quick_add)
    folding = canvas.folding
    if folding.block_of(id) is not None:
        menu.addAction("Step inside", partial(folding.enter, id))
        menu.addAction(actions.ungroup)
        menu.addAction("Add to My blocks", partial(folding.keep, id))
    menu.addAction(actions.group)
    menu.addAction(actions.replace)
    menu.addAction(actions.take_out)
    if leader(graph, id) is not None or riders(graph, id):
        menu.addAction(actions.stack)
    menu.addAction(actions.rename)
    menu.addAction(actions.bypass)
    menu.addAction(actions.freeze)
    menu.addAction(actions.add_frame)
    menu.addSeparator()
    for action in (actions.cut, actions.copy, actions.duplicate, actions.tidy):
        menu.addAction(action)
    menu.addSeparator()
    if graph.incoming(id) or graph.outgoing(id):
        menu.addAction("Disconnect", partial(canvas.commands.disconnect_node, id))
    menu.addAction(actions.delete)
    menu.addAction(actions.delete_with_wires)
    menu.addSeparator()
    menu.addAction(actions.fit_selection)
    menu.addAction(actions.show_flow)


def _wire(canvas: Canvas, menu: QMenu, wire: Wire, at: QPointF | None) -> None:
    canvas.select_wire(wire)
    nodes = canvas.document.graph.nodes
    for words, id in (("source", wire.source), ("target", wire.target)):
        menu.addAction(f"Go to its {words}, {nodes[id].name}", partial(canvas.go_to, id))
    menu.addSeparator()
    menu.addAction("Insert a layer…", partial(canvas.open_quick_add, "", wire))
    menu.addAction(canvas.actions_.delete)


def _ground(canvas: Canvas, menu: QMenu, at: QPointF | None) -> None:
    actions = canvas.actions_
    if canvas.document.path:
        menu.addAction(actions.step_out)
    menu.addAction(actions.add_layer)
    menu.addAction(actions.add_note)
    menu.addAction(actions.add_frame)
    menu.addAction(actions.paste)
    menu.addAction(actions.paste_wired)
    menu.addAction(actions.select_all)
    menu.addAction(actions.tidy)
    menu.addAction(actions.find)
    menu.addSeparator()
    for action in (actions.zoom_in, actions.zoom_out, actions.zoom_full, actions.fit_all):
        menu.addAction(action)
