"""Keys on the canvas that are no shortcuts of actions: letters, arrows, Tab, Esc, Enter."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from engine.graph.errors import CycleError
from gui.arrows import ARROWS
from gui.canvas.diagram_view import DiagramView
from gui.canvas.gestures.place import Place, pick_up
from gui.canvas.grid import GRID
from gui.canvas.tools import CanvasTools
from gui.canvas.wiring import follow

_SCROLL = 48


class Keys:
    """Answers keys for the canvas."""

    def __init__(self, tools: CanvasTools) -> None:
        self._view, self._tools = tools.view, tools

    def pressed(self, event: QKeyEvent) -> bool:
        """Answer a key; returns whether it meant anything here."""
        view = self._view
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if view.gesture is not None:
            # During a gesture other keys are ignored, but a layer picked up can be added with Enter.
            if isinstance(view.gesture, Place) and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                kind = view.gesture.kind
                view.cancel()
                self._tools.adding.add(kind)
                if modifiers & Qt.KeyboardModifier.ShiftModifier:
                    pick_up(view, kind)
            elif key == Qt.Key.Key_Shift and isinstance(view.gesture, Place):
                view.gesture.move(view.gesture.at, Qt.KeyboardModifier.ShiftModifier)
                view.viewport().update()
            return True
        if key == Qt.Key.Key_Backspace and self._tools.folding.leave():
            return True  # with a selection it deletes, which is an action
        if key in ARROWS:
            dx, dy = ARROWS[key]
            if dx and modifiers & Qt.KeyboardModifier.AltModifier:
                self._tools.wiring.select_next(dx > 0)
            else:
                self._arrow(dx, dy, control, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter()
        typed = event.text()
        plain = not modifiers & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        )
        if plain and (typed == " " or (typed.isprintable() and typed.isalnum())):
            self._tools.quick_add.ask(typed.strip())
            return True
        return False

    def _escape(self) -> bool:
        view = self._view
        if view.cancel():
            return True
        if self._tools.find_bar.isVisible():
            self._tools.find_bar.close_bar()
            return True
        if view.selected_wire is not None:
            view.select_wire(None)
            return True
        if view.document.selection or self._tools.notes.selection:
            view.document.select(())
            self._tools.notes.select(())
            return True
        return self._tools.folding.leave()

    def _enter(self) -> bool:
        view = self._view
        ids = view.selected_nodes()
        if not ids and len(self._tools.notes.selection) == 1:
            self._tools.notes.edit(*self._tools.notes.selection)
            return True
        if len(ids) != 1:
            return False
        if self._tools.folding.enter(ids[0]):
            return True
        view.node_activated.emit(ids[0])
        return True

    def _arrow(self, dx: int, dy: int, along: bool, fine: bool) -> None:
        view = self._view
        ids = view.selected_nodes()
        if self._tools.notes.selection and along and fine:
            self._tools.notes.resize(dx * GRID, dy * GRID)
        elif along:
            self._walk(dx, dy)
        elif ids or self._tools.notes.selection:
            step = 1.0 if fine else GRID
            self._tools.commands.nudge(dx * step, dy * step)
        else:
            view.pan_by(QPoint(-dx * _SCROLL, -dy * _SCROLL))

    def _asks_for_a_layer(self, ids: list[str]) -> bool:
        """Whether what is selected is a place for a new layer: a wire, or one node with an output."""
        view = self._view
        if view.selected_wire is not None:
            return True
        return len(ids) == 1 and view.document.graph.nodes[ids[0]].declaration.has_output

    def _walk(self, dx: int, dy: int) -> None:
        """Ctrl with an arrow: along a wire to the right or left; up and down to what is nearest there."""
        view = self._view
        graph, ids = view.document.graph, view.selected_nodes()
        wire = view.selected_wire
        here = "" if not ids else ids[-1] if dx >= 0 else ids[0]
        if wire is not None and dx:
            view.go_to(wire.target if dx > 0 else wire.source)
        elif not here:
            order = _order(view)
            if order:
                view.go_to(order[0])
        elif dx:
            follow(view.document, here, dx > 0, view, view.place_of(here), view.go_to)
        else:
            x, y = graph.nodes[here].position
            candidates = [
                (math.hypot(node.position[0] - x, (node.position[1] - y) * 0.5), id)
                for id, node in graph.nodes.items()
                if id != here and (node.position[1] - y) * dy > 0 and view.projection.nodes[id].host is None
            ]
            if candidates:
                view.go_to(min(candidates)[1])

    def walk_focus(self, forward: bool) -> bool:
        """Tab: select the next node in the order data runs. False past the last one, where the focus moves on.

        Behind a layer that was clicked or added, Tab asks for the next layer instead. Shift+Tab always walks, and so
        does Tab after a walk has begun (by Tab, Shift+Tab, Ctrl or Alt with an arrow) or the question was answered with
        Esc. From a wire it goes to one of its ends.
        """
        view = self._view
        if view.gesture is not None:
            return True
        order, ids = _order(view), view.selected_nodes()
        if forward and not view.walking and self._asks_for_a_layer(ids):
            self._tools.quick_add.ask()
            return True
        if not order:
            return False
        if view.selected_wire is not None:
            view.go_to(view.selected_wire.target if forward else view.selected_wire.source)
            return True
        if not ids:
            view.go_to(order[0] if forward else order[-1])
            return True
        places = [order.index(id) for id in ids]
        place = max(places) + 1 if forward else min(places) - 1
        if not 0 <= place < len(order):
            view.document.select(())
            return False
        view.go_to(order[place])
        return True


def _order(view: DiagramView) -> list[str]:
    graph = view.document.graph
    try:
        return list(graph.topological())
    except CycleError:
        return list(graph.nodes)
