"""Context menus: what can be done with the thing under the pointer, with the shortcuts that do the same."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from engine.graph.graph import Wire
from engine.graph.snapping import leader, riders
from gui.canvas.actions import CanvasActions
from gui.canvas.hit import NOTHING, Hit, hit
from gui.canvas.notes import menu as notes_menu
from gui.canvas.tools import CanvasTools


class ContextMenus:
    """Makes the menu for a place, which is selected if it is not yet."""

    def __init__(self, tools: CanvasTools, actions: CanvasActions) -> None:
        self._view, self._tools, self._actions = tools.view, tools, actions

    def menu_for(self, at: QPointF | None) -> tuple[QMenu, QPoint]:
        """The menu for a point of the canvas, or for the selection when None; and where one of the keyboard opens."""
        view = self._view
        view.cancel()
        found = NOTHING if at is None else hit(view.projection, at, view.scale_now)
        ids = view.selected_nodes()
        where = view.viewport().mapToGlobal(view.viewport().rect().center())
        if at is None and ids:
            found = Hit("node", ids[0])
            body = view.projection.nodes[ids[0]].body
            where = view.viewport().mapToGlobal(view.viewportTransform().map(body.center()).toPoint())
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if found.node:
            self._node(menu, found.node)
        elif found.note or (at is None and self._tools.notes.selection):
            notes_menu.fill(menu, found.note or self._tools.notes.in_order()[0], self._tools.notes, self._actions)
        elif found.wire is not None:
            self._wire(menu, found.wire, at)
        elif at is None and view.selected_wire is not None:
            self._wire(menu, view.selected_wire, None)
        else:
            self._ground(menu, at)
        return menu, where

    def _node(self, menu: QMenu, id: str) -> None:
        view = self._view
        if id not in view.document.selection:
            view.document.select({id})
        actions, graph = self._actions, view.document.graph
        problems = [p for p in view.document.analysis.problems if p.node == id]
        if problems:
            menu.addAction("Show the problem", partial(view.problem_clicked.emit, id))
            menu.addSeparator()
        if graph.nodes[id].declaration.has_output:
            menu.addAction("Add a layer after…", self._tools.quick_add.ask)
        folding = self._tools.folding
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
            menu.addAction("Disconnect", partial(self._tools.wiring.disconnect_node, id))
        menu.addAction(actions.delete)
        menu.addAction(actions.delete_with_wires)
        menu.addSeparator()
        menu.addAction(actions.fit_selection)
        menu.addAction(actions.show_flow)

    def _wire(self, menu: QMenu, wire: Wire, at: QPointF | None) -> None:
        view = self._view
        view.select_wire(wire)
        nodes = view.document.graph.nodes
        for words, id in (("source", wire.source), ("target", wire.target)):
            menu.addAction(f"Go to its {words}, {nodes[id].name}", partial(view.go_to, id))
        menu.addSeparator()
        menu.addAction("Insert a layer…", partial(self._tools.quick_add.ask, "", wire))
        menu.addAction(self._actions.delete)

    def _ground(self, menu: QMenu, at: QPointF | None) -> None:
        actions = self._actions
        if self._view.document.path:
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
