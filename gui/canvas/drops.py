"""Layers dragged onto the canvas from the palette. They carry the name of a layer, which is checked first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from engine.graph.blocks.shelf import declaration
from gui.canvas.diagram_view import DiagramView
from gui.canvas.gestures.place import Place

MIME = "application/x-sketchnet-layer"
"""What a dragged layer carries: the name of its kind, in UTF-8."""


class Drops:
    """Handles the drag-and-drop events of the canvas."""

    def __init__(self, view: DiagramView) -> None:
        self._view = view

    def _dragged_kind(self, event: QDropEvent) -> str | None:
        if not event.mimeData().hasFormat(MIME):
            return None
        try:
            kind = bytes(event.mimeData().data(MIME).data()).decode("utf-8")
        except UnicodeDecodeError:
            return None
        return kind if declaration(kind) is not None else None

    def entered(self, event: QDragEnterEvent) -> None:
        """Handle a drag that enters the canvas: show the ghost of a layer, ignore anything else."""
        view = self._view
        kind = self._dragged_kind(event)
        if kind is None:
            event.ignore()
            return
        event.acceptProposedAction()
        view.begin(Place(view, view.scene_at(event.position()), kind, dragged=True))
        view.lead(event.position(), event.modifiers())

    def moved(self, event: QDragMoveEvent) -> None:
        """It moves over the canvas."""
        view = self._view
        if not isinstance(view.gesture, Place):
            event.ignore()
            return
        event.acceptProposedAction()
        view.lead(event.position(), event.modifiers())

    def left(self, event: QDragLeaveEvent) -> None:
        """Handle a drag that leaves the canvas: remove the ghost."""
        view = self._view
        view.pointer = None
        view.cancel()
        event.accept()

    def dropped(self, event: QDropEvent) -> None:
        """Handle a drop: add the layer where its ghost is."""
        view = self._view
        gesture = view.gesture
        if not isinstance(gesture, Place):
            event.ignore()
            return
        event.acceptProposedAction()
        view.lead(event.position(), event.modifiers())
        view.end_gesture()
        gesture.put_down()
        view.setFocus(Qt.FocusReason.OtherFocusReason)
