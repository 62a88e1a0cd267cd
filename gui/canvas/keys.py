"""Keys on the canvas that are no shortcuts of actions: letters, arrows, Tab, Esc, Enter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from engine.graph.errors import CycleError
from gui.arrows import ARROWS
from gui.canvas.geometry import GRID
from gui.canvas.gestures.place import Place
from gui.canvas.wiring import follow

if TYPE_CHECKING:
    from gui.canvas.view import Canvas

_SCROLL = 48


def key_pressed(canvas: Canvas, event: QKeyEvent) -> bool:
    """Answer a key; returns whether it meant anything here."""
    key, modifiers = Qt.Key(event.key()), event.modifiers()
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    if key == Qt.Key.Key_Escape:
        return _escape(canvas)
    if canvas.gesture is not None:
        # A gesture holds the hand: other keys wait, but a layer in hand can be put down with Enter.
        if isinstance(canvas.gesture, Place) and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            kind = canvas.gesture.kind
            canvas.cancel()
            canvas.add(kind)
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                canvas.pick_up(kind)
        elif key == Qt.Key.Key_Shift and isinstance(canvas.gesture, Place):
            canvas.gesture.move(canvas.gesture.at, Qt.KeyboardModifier.ShiftModifier)
            canvas.viewport().update()
        return True
    if key == Qt.Key.Key_Backspace and canvas.folding.leave():  # with a selection it deletes, which is an action
        return True
    if key in ARROWS:
        dx, dy = ARROWS[key]
        if dx and modifiers & Qt.KeyboardModifier.AltModifier:
            canvas.wiring.select_next(dx > 0)
        else:
            _arrow(canvas, dx, dy, control, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        return True
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return _enter(canvas)
    typed = event.text()
    plain = not modifiers & (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    )
    if plain and (typed == " " or (typed.isprintable() and typed.isalnum())):
        canvas.open_quick_add(typed.strip())
        return True
    return False


def _escape(canvas: Canvas) -> bool:
    if canvas.cancel():
        return True
    if canvas.find_bar.isVisible():
        canvas.find_bar.close_bar()
        return True
    if canvas.selected_wire is not None:
        canvas.select_wire(None)
        return True
    if canvas.document.selection or canvas.notes.selection:
        canvas.document.select(())
        canvas.notes.select(())
        return True
    return canvas.folding.leave()


def _enter(canvas: Canvas) -> bool:
    ids = canvas.commands.selected()
    if not ids and len(canvas.notes.selection) == 1:
        canvas.notes.edit(*canvas.notes.selection)
        return True
    if len(ids) != 1:
        return False
    if canvas.folding.enter(ids[0]):
        return True
    canvas.node_activated.emit(ids[0])
    return True


def _arrow(canvas: Canvas, dx: int, dy: int, along: bool, fine: bool) -> None:
    ids = canvas.commands.selected()
    if canvas.notes.selection and along and fine:
        canvas.notes.resize(dx * GRID, dy * GRID)
    elif along:
        _walk(canvas, dx, dy)
    elif ids or canvas.notes.selection:
        step = 1.0 if fine else GRID
        canvas.commands.nudge(dx * step, dy * step)
    else:
        canvas.pan_by(QPoint(-dx * _SCROLL, -dy * _SCROLL))


def asks_for_a_layer(canvas: Canvas, ids: list[str]) -> bool:
    """Whether what is selected is a place for a new layer: a wire, or one node with an output."""
    if canvas.selected_wire is not None:
        return True
    return len(ids) == 1 and canvas.document.graph.nodes[ids[0]].declaration.has_output


def _walk(canvas: Canvas, dx: int, dy: int) -> None:
    """Ctrl with an arrow: along a wire to the right or left; up and down to what is nearest there."""
    graph, ids = canvas.document.graph, canvas.commands.selected()
    wire = canvas.selected_wire
    here = "" if not ids else ids[-1] if dx >= 0 else ids[0]
    if wire is not None and dx:
        canvas.go_to(wire.target if dx > 0 else wire.source)
    elif not here:
        order = _order(canvas)
        if order:
            canvas.go_to(order[0])
    elif dx:
        follow(canvas.document, here, dx > 0, canvas, canvas.place_of(here), canvas.go_to)
    else:
        x, y = graph.nodes[here].position
        candidates = [
            (math.hypot(node.position[0] - x, (node.position[1] - y) * 0.5), id)
            for id, node in graph.nodes.items()
            if id != here and (node.position[1] - y) * dy > 0 and canvas.projection.nodes[id].host is None
        ]
        if candidates:
            canvas.go_to(min(candidates)[1])


def _order(canvas: Canvas) -> list[str]:
    graph = canvas.document.graph
    try:
        return list(graph.topological())
    except CycleError:
        return list(graph.nodes)


def walk_focus(canvas: Canvas, forward: bool) -> bool:
    """Tab: select the next node in the order data runs. False past the last one, where the focus moves on.

    Behind a layer that was clicked or added, Tab asks for the next layer instead. Shift+Tab always walks, and so
    does Tab after a walk has begun (by Tab, Shift+Tab, Ctrl or Alt with an arrow) or the question was answered with
    Esc. From a wire it goes to one of its ends.
    """
    if canvas.gesture is not None:
        return True
    order, ids = _order(canvas), canvas.commands.selected()
    if forward and not canvas.walking and asks_for_a_layer(canvas, ids):
        canvas.open_quick_add()
        return True
    if not order:
        return False
    if canvas.selected_wire is not None:
        canvas.go_to(canvas.selected_wire.target if forward else canvas.selected_wire.source)
        return True
    if not ids:
        canvas.go_to(order[0] if forward else order[-1])
        return True
    places = [order.index(id) for id in ids]
    place = max(places) + 1 if forward else min(places) - 1
    if not 0 <= place < len(order):
        canvas.document.select(())
        return False
    canvas.go_to(order[place])
    return True
