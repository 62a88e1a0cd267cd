"""The mouse on the canvas: which gesture a press begins, and how the pointer leads it to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from gui.canvas import menus
from gui.canvas.gestures.carry import Carry, Resize
from gui.canvas.gestures.connect import Connect, Loose
from gui.canvas.gestures.knife import Knife
from gui.canvas.gestures.marquee import Marquee
from gui.canvas.gestures.move import Move
from gui.canvas.gestures.pan import Pan
from gui.canvas.gestures.place import Place
from gui.canvas.gestures.take_out import TakeOut
from gui.canvas.hit import Hit, hit
from gui.canvas.quick_add import Purpose

if TYPE_CHECKING:
    from gui.canvas.view import Canvas


class Mouse:
    """Hears what the mouse does for the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def pressed(self, event: QMouseEvent) -> None:
        """A button went down: a gesture begins, or the layer in hand is put down."""
        canvas = self._canvas
        position, modifiers = event.position(), event.modifiers()
        canvas.pointer = canvas.scene_at(position)
        canvas.walking = False
        canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        gesture = canvas.gesture
        if event.button() == Qt.MouseButton.MiddleButton:
            if gesture is None:
                pan = Pan(canvas, canvas.pointer)
                pan.last = position.toPoint()
                canvas.begin(pan)
        elif event.button() == Qt.MouseButton.RightButton:
            canvas.cancel()
        elif event.button() == Qt.MouseButton.LeftButton:
            if isinstance(gesture, Place):
                canvas.lead(position, modifiers)
                self._put_down(gesture, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
            elif gesture is None:
                self._press(hit(canvas.projection, canvas.pointer, canvas.scale_now), modifiers)
        event.accept()

    def _press(self, found: Hit, modifiers: Qt.KeyboardModifier) -> None:
        canvas = self._canvas
        assert canvas.pointer is not None
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        noted = found.node in canvas.document.selection and bool(canvas.notes.selection)
        if found.what == "output":
            canvas.begin(Connect(canvas, canvas.pointer, Loose(found.node, found.port, True)))
        elif found.what == "input":
            taken = [w for w in canvas.document.graph.incoming(found.node) if w.input == found.port]
            loose = (
                Loose(taken[0].source, taken[0].output, True, taken[0])
                if taken
                else Loose(found.node, found.port, False)
            )
            canvas.begin(Connect(canvas, canvas.pointer, loose))
        elif found.what == "badge":
            canvas.document.select({found.node})
            canvas.problem_clicked.emit(found.node)
        elif found.what == "node" and noted and not control:
            canvas.begin(Carry(canvas, canvas.notes, canvas.pointer, "", modifiers, found.node))
        elif found.note and not alt:
            resizes = found.end == "corner"
            held = Resize(canvas, canvas.notes, canvas.pointer, found.note) if resizes else None
            canvas.begin(held or Carry(canvas, canvas.notes, canvas.pointer, found.note, modifiers))
        elif found.what == "node":
            canvas.select_wire(None)
            canvas.begin((TakeOut if control else Move)(canvas, canvas.notes, canvas.pointer, found.node, modifiers))
        elif found.wire is not None and not alt:
            wire = found.wire
            if found.end == "target":
                canvas.begin(Connect(canvas, canvas.pointer, Loose(wire.source, wire.output, True, wire)))
            elif found.end == "source":
                canvas.begin(Connect(canvas, canvas.pointer, Loose(wire.target, wire.input, False, wire)))
            else:
                canvas.select_wire(wire)
        else:
            canvas.select_wire(None)
            knife = Knife(canvas, canvas.pointer, found.wire) if alt else None
            canvas.begin(knife or Marquee(canvas, canvas.notes, canvas.pointer, modifiers))

    def _put_down(self, gesture: Place, keep: bool) -> None:
        canvas = self._canvas
        kind, at = gesture.kind, gesture.at
        canvas.end_gesture()
        down = gesture.put_down()
        if keep:
            again = Place(canvas, at, kind)
            again.inside = True
            again.previous = canvas.document.graph.last if down else gesture.previous
            canvas.begin(again)
        else:
            canvas.hand_changed.emit("")

    def moved(self, event: QMouseEvent) -> None:
        """The pointer moved: it leads the gesture, or rests on something else."""
        canvas = self._canvas
        canvas.lead(event.position(), event.modifiers())
        if canvas.gesture is None and canvas.pointer is not None:
            canvas.hover.look(canvas.pointer)
        event.accept()

    def released(self, event: QMouseEvent) -> None:
        """A button came up: the gesture that it held ends in its edit."""
        canvas = self._canvas
        gesture = canvas.gesture
        ends = Qt.MouseButton.MiddleButton if isinstance(gesture, Pan) else Qt.MouseButton.LeftButton
        if gesture is not None and not gesture.stays and event.button() == ends:
            canvas.lead(event.position(), event.modifiers())
            canvas.end_gesture()
            gesture.release(gesture.at, event.modifiers())
        event.accept()

    def double_clicked(self, event: QMouseEvent) -> None:
        """Write in a note, ask for a layer at a point or on a wire, or activate a node."""
        canvas = self._canvas
        if event.button() != Qt.MouseButton.LeftButton or isinstance(canvas.gesture, Place):
            self.pressed(event)
            return
        canvas.cancel()
        canvas.pointer = canvas.scene_at(event.position())
        found = hit(canvas.projection, canvas.pointer, canvas.scale_now)
        if found.note:
            canvas.notes.edit(found.note)
        elif found.what == "canvas":
            canvas.quick_add.open_popup(Purpose(canvas.pointer))
        elif found.wire is not None:
            canvas.quick_add.open_popup(Purpose(canvas.pointer, wire=found.wire))
        elif found.node and not canvas.folding.enter(found.node):
            canvas.node_activated.emit(found.node)
        event.accept()

    def left(self) -> None:
        """The pointer left the canvas."""
        canvas = self._canvas
        canvas.pointer = None
        canvas.hover.forget()
        if isinstance(canvas.gesture, Place):
            canvas.gesture.inside = False
            canvas.viewport().update()

    def asked_for_menu(self, event: QContextMenuEvent) -> None:
        """Open the context menu at the pointer, or beside the selection when a key asked for it."""
        canvas = self._canvas
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        menu, where = menus.menu_for(canvas, None if keyboard else canvas.scene_at(event.pos()))
        menu.popup(where if keyboard else event.globalPos())
        event.accept()
