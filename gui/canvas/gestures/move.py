"""Moving nodes: the press selects, the drag shows them elsewhere, the release makes one edit of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.graph.graph import Graph, Wire
from gui.canvas.edits import drop_on_wire, is_loose
from gui.canvas.geometry import snap
from gui.canvas.gestures.gesture import Gesture, Modifiers, paint_hint

if TYPE_CHECKING:
    from gui.canvas.view import Canvas


class Move(Gesture):
    """A press on a node. It becomes a move once the pointer has travelled; until then it is a click."""

    def __init__(self, canvas: Canvas, start: QPointF, id: str, modifiers: Modifiers) -> None:
        super().__init__(canvas, start)
        self.id = id
        self.moving = False
        self.onto: Wire | None = None
        self.positions: dict[str, tuple[float, float]] = {}
        self._selection_before = canvas.document.selection
        self._adding = bool(modifiers & (Modifiers.ControlModifier | Modifiers.ShiftModifier))
        self._was_selected = id in self._selection_before

    @property
    def paints(self) -> bool:
        return self.onto is not None

    def begin(self) -> None:
        if not self._was_selected:
            kept = self._selection_before if self._adding else frozenset()
            self.canvas.document.select({*kept, self.id})

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        if not self.moving:
            if (at - self.start).manhattanLength() * self.scale < self.canvas.drag_distance:
                return
            self.moving = True
            self.canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        graph = self.canvas.document.graph
        origin = graph.nodes[self.id].position
        dx, dy = at.x() - self.start.x(), at.y() - self.start.y()
        if not modifiers & Modifiers.AltModifier:
            # The node in hand lands on the grid, the others keep their distance from it.
            dx, dy = snap(origin[0] + dx) - origin[0], snap(origin[1] + dy) - origin[1]
        self.positions = {}
        for id in self.canvas.document.selection:
            x, y = graph.nodes[id].position
            self.positions[id] = (x + dx, y + dy)
        self.canvas.projection.preview(self.positions)
        self._look_for_wire(at)

    def _look_for_wire(self, at: QPointF) -> None:
        graph, before = self.canvas.document.graph, self.onto
        self.onto = None
        if len(self.positions) == 1 and is_loose(graph, self.id):
            self.onto = self.canvas.wire_under(self.canvas.projection.nodes[self.id].body, at)
        if self.onto != before:
            self.canvas.mark_wire(self.onto)

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        document, positions, onto = self.canvas.document, self.positions, self.onto
        if not self.moving:
            self._click()
            return
        many = f"{len(positions)} layers" if len(positions) > 1 else document.graph.nodes[self.id].name

        def change(graph: Graph) -> Graph:
            moved = graph.move(positions)
            return moved if onto is None else drop_on_wire(moved, self.id, onto, self.canvas.size_of)

        document.try_edit(f"Move {many}" if onto is None else f"Insert {many}", change)

    def _click(self) -> None:
        document = self.canvas.document
        if self._was_selected and self._adding:
            document.select(document.selection - {self.id})
        elif not self._adding:
            document.select({self.id})
            self.canvas.clicked(self.id)

    def clear(self) -> None:
        self.canvas.mark_wire(None)
        self.canvas.projection.settle()

    def cancel(self) -> None:
        self.canvas.document.select(self._selection_before)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        if self.onto is not None:
            paint_hint(painter, self.at, self.scale, self.canvas.words_between(self.onto), "good")
