"""Selecting with a rubber band drawn on empty canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.snapping import riders
from gui.canvas.diagram_view import DiagramView
from gui.canvas.gestures.gesture import Gesture, Modifiers
from gui.canvas.items import NodeItem
from gui.canvas.notes.notes import Notes
from gui.theme.style import current


class Marquee(Gesture):
    """Shift adds to the selection, Ctrl turns it over; a click without a drag selects nothing."""

    scrolls = True
    view: DiagramView

    def __init__(self, view: DiagramView, notes: Notes, start: QPointF, modifiers: Modifiers) -> None:
        super().__init__(view, start)
        self._notes = notes
        self._before = view.document.selection
        self._notes_before = notes.selection
        self._adding = bool(modifiers & Modifiers.ShiftModifier)
        self._turning = bool(modifiers & Modifiers.ControlModifier)

    @property
    def box(self) -> QRectF:
        """The rubber band."""
        return QRectF(self.start, self.at).normalized()

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        box = self.box
        caught = {
            item.id
            for item in self.view.projection.items(box)
            if isinstance(item, NodeItem) and item.body.intersects(box)
        }
        caught |= {rider for id in caught for rider in riders(self.view.document.graph, id)}
        self._select(caught, self._notes.within(box))

    def _select(self, caught: set[str], notes: set[str]) -> None:
        self.view.document.select(self._combined(self._before, caught))
        self._notes.select(self._combined(self._notes_before, notes))

    def _combined(self, before: frozenset[str], caught: set[str]) -> set[str]:
        if self._turning:
            return set(before) ^ caught
        return set(before) | caught if self._adding else caught

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        if (at - self.start).manhattanLength() * self.scale < self.view.drag_distance:
            self._select(set(), set())

    def cancel(self) -> None:
        self.view.document.select(self._before)
        self._notes.select(self._notes_before)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        colour = QColor(current().accent)
        painter.setPen(QPen(colour, 1.0 / self.scale))
        colour.setAlphaF(0.08)
        painter.setBrush(colour)
        painter.drawRect(self.box)
