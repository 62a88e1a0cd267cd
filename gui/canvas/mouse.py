"""The mouse on the canvas: which gesture a press begins, and how the pointer leads it to its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from gui.canvas.gestures.carry import Carry, Resize
from gui.canvas.gestures.connect import Connect, Loose
from gui.canvas.gestures.knife import Knife
from gui.canvas.gestures.marquee import Marquee
from gui.canvas.gestures.move import Move
from gui.canvas.gestures.pan import Pan
from gui.canvas.gestures.place import Place
from gui.canvas.gestures.take_out import TakeOut
from gui.canvas.hit import Hit, hit
from gui.canvas.menus import ContextMenus
from gui.canvas.quick_add import Purpose
from gui.canvas.tools import CanvasTools


class Mouse:
    """Handles the mouse events of the canvas."""

    def __init__(self, tools: CanvasTools, menus: ContextMenus) -> None:
        self._view, self._tools, self._menus = tools.view, tools, menus

    def pressed(self, event: QMouseEvent) -> None:
        """A button went down: a gesture begins, or the layer picked up is added."""
        view = self._view
        position, modifiers = event.position(), event.modifiers()
        view.pointer = view.scene_at(position)
        view.walking = False
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        gesture = view.gesture
        if event.button() == Qt.MouseButton.MiddleButton:
            if gesture is None:
                pan = Pan(view, view.pointer)
                pan.last = position.toPoint()
                view.begin(pan)
        elif event.button() == Qt.MouseButton.RightButton:
            view.cancel()
        elif event.button() == Qt.MouseButton.LeftButton:
            if isinstance(gesture, Place):
                view.lead(position, modifiers)
                self._put_down(gesture, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
            elif gesture is None:
                self._press(hit(view.projection, view.pointer, view.scale_now), modifiers)
        event.accept()

    def _press(self, found: Hit, modifiers: Qt.KeyboardModifier) -> None:
        view = self._view
        assert view.pointer is not None
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        noted = found.node in view.document.selection and bool(self._tools.notes.selection)
        if found.what == "output":
            view.begin(Connect(view, view.pointer, Loose(found.node, found.port, True)))
        elif found.what == "input":
            taken = [w for w in view.document.graph.incoming(found.node) if w.input == found.port]
            loose = (
                Loose(taken[0].source, taken[0].output, True, taken[0])
                if taken
                else Loose(found.node, found.port, False)
            )
            view.begin(Connect(view, view.pointer, loose))
        elif found.what == "badge":
            view.document.select({found.node})
            view.problem_clicked.emit(found.node)
        elif found.what == "node" and noted and not control:
            view.begin(Carry(view, self._tools.notes, view.pointer, "", modifiers, found.node))
        elif found.note and not alt:
            resizes = found.end == "corner"
            held = Resize(view, self._tools.notes, view.pointer, found.note) if resizes else None
            view.begin(held or Carry(view, self._tools.notes, view.pointer, found.note, modifiers))
        elif found.what == "node":
            view.select_wire(None)
            view.begin((TakeOut if control else Move)(view, self._tools.notes, view.pointer, found.node, modifiers))
        elif found.wire is not None and not alt:
            wire = found.wire
            if found.end == "target":
                view.begin(Connect(view, view.pointer, Loose(wire.source, wire.output, True, wire)))
            elif found.end == "source":
                view.begin(Connect(view, view.pointer, Loose(wire.target, wire.input, False, wire)))
            else:
                view.select_wire(wire)
        else:
            view.select_wire(None)
            knife = Knife(view, view.pointer, found.wire) if alt else None
            view.begin(knife or Marquee(view, self._tools.notes, view.pointer, modifiers))

    def _put_down(self, gesture: Place, keep: bool) -> None:
        view = self._view
        kind, at = gesture.kind, gesture.at
        view.end_gesture()
        down = gesture.put_down()
        if keep:
            again = Place(view, at, kind)
            again.inside = True
            again.previous = view.document.graph.last if down else gesture.previous
            view.begin(again)
        else:
            view.hand_changed.emit("")

    def moved(self, event: QMouseEvent) -> None:
        """The pointer moved: it leads the gesture, or rests on something else."""
        view = self._view
        view.lead(event.position(), event.modifiers())
        if view.gesture is None and view.pointer is not None:
            view.hover.look(view.pointer)
        event.accept()

    def released(self, event: QMouseEvent) -> None:
        """A button came up: the gesture that it held ends in its edit."""
        view = self._view
        gesture = view.gesture
        ends = Qt.MouseButton.MiddleButton if isinstance(gesture, Pan) else Qt.MouseButton.LeftButton
        if gesture is not None and not gesture.stays and event.button() == ends:
            view.lead(event.position(), event.modifiers())
            view.end_gesture()
            gesture.release(gesture.at, event.modifiers())
        event.accept()

    def double_clicked(self, event: QMouseEvent) -> None:
        """Write in a note, ask for a layer at a point or on a wire, or activate a node."""
        view = self._view
        if event.button() != Qt.MouseButton.LeftButton or isinstance(view.gesture, Place):
            self.pressed(event)
            return
        view.cancel()
        view.pointer = view.scene_at(event.position())
        found = hit(view.projection, view.pointer, view.scale_now)
        if found.note:
            self._tools.notes.edit(found.note)
        elif found.what == "canvas":
            self._tools.quick_add.open_popup(Purpose(view.pointer))
        elif found.wire is not None:
            self._tools.quick_add.open_popup(Purpose(view.pointer, wire=found.wire))
        elif found.node and not self._tools.folding.enter(found.node):
            view.node_activated.emit(found.node)
        event.accept()

    def left(self) -> None:
        """The pointer left the canvas."""
        view = self._view
        view.pointer = None
        view.hover.forget()
        if isinstance(view.gesture, Place):
            view.gesture.inside = False
            view.viewport().update()

    def asked_for_menu(self, event: QContextMenuEvent) -> None:
        """Open the context menu at the pointer, or beside the selection when a key asked for it."""
        view = self._view
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        menu, where = self._menus.menu_for(None if keyboard else view.scene_at(event.pos()))
        menu.popup(where if keyboard else event.globalPos())
        event.accept()
