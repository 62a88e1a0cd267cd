"""Layers dragged onto the canvas from the palette. What they carry is a name, checked before it is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from engine.graph.blocks.shelf import declaration
from gui.canvas.gestures.place import Place

if TYPE_CHECKING:
    from gui.canvas.view import Canvas

MIME = "application/x-sketchnet-layer"
"""What a dragged layer carries: the name of its kind, in UTF-8."""


class Drops:
    """Hears what is dragged over the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def _dragged_kind(self, event: QDropEvent) -> str | None:
        if not event.mimeData().hasFormat(MIME):
            return None
        try:
            kind = bytes(event.mimeData().data(MIME).data()).decode("utf-8")
        except UnicodeDecodeError:
            return None
        return kind if declaration(kind) is not None else None

    def entered(self, event: QDragEnterEvent) -> None:
        """Something came over the canvas: a layer is taken in hand, anything else is left alone."""
        canvas = self._canvas
        kind = self._dragged_kind(event)
        if kind is None:
            event.ignore()
            return
        event.acceptProposedAction()
        canvas.begin(Place(canvas, canvas.scene_at(event.position()), kind, dragged=True))
        canvas.lead(event.position(), event.modifiers())

    def moved(self, event: QDragMoveEvent) -> None:
        """It moves over the canvas."""
        canvas = self._canvas
        if not isinstance(canvas.gesture, Place):
            event.ignore()
            return
        event.acceptProposedAction()
        canvas.lead(event.position(), event.modifiers())

    def left(self, event: QDragLeaveEvent) -> None:
        """It left the canvas: as if it had never been there."""
        canvas = self._canvas
        canvas.pointer = None
        canvas.cancel()
        event.accept()

    def dropped(self, event: QDropEvent) -> None:
        """It was let go: the layer is put down where its ghost is."""
        canvas = self._canvas
        gesture = canvas.gesture
        if not isinstance(gesture, Place):
            event.ignore()
            return
        event.acceptProposedAction()
        canvas.lead(event.position(), event.modifiers())
        canvas.end_gesture()
        gesture.put_down()
        canvas.setFocus(Qt.FocusReason.OtherFocusReason)
