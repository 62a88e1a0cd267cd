"""Moving notes and frames, with the layers that lie on a frame and whatever else is selected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.graph.graph import Graph
from gui.canvas.diagram_view import DiagramView
from gui.canvas.gestures.gesture import Gesture, Modifiers
from gui.canvas.grid import snap
from gui.canvas.notes.notes import Notes


class Carry(Gesture):
    """A press on a note, or on one of several selected things of which some are notes. A click until it moves."""

    scrolls = True
    view: DiagramView

    def __init__(
        self, view: DiagramView, notes: Notes, start: QPointF, note: str, modifiers: Modifiers, node: str = ""
    ) -> None:
        super().__init__(view, start)
        self._notes = notes
        self.note, self.node = note, node
        self.moving = False
        self._before = (view.document.selection, notes.selection)
        self._adding = bool(modifiers & (Modifiers.ControlModifier | Modifiers.ShiftModifier))
        self._was_selected = note in notes.selection or node in view.document.selection
        self._nodes: set[str] = set()
        self._moved: set[str] = set()
        self._by = (0.0, 0.0)

    @property
    def paints(self) -> bool:
        return False

    def begin(self) -> None:
        if not self._was_selected:
            nodes, notes = self._before if self._adding else (frozenset(), frozenset())
            self._select(nodes, {*notes, self.note})

    def _select(self, nodes: frozenset[str] | set[str], notes: frozenset[str] | set[str]) -> None:
        self.view.document.select(nodes)
        self._notes.select(notes)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        view, graph = self.view, self.view.document.graph
        if not self.moving:
            if (at - self.start).manhattanLength() * self.scale < view.drag_distance:
                return
            self.moving = True
            view.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._nodes, self._moved = self._notes.carried()
        held = graph.notes[self.note].position if self.note else graph.nodes[self.node].position
        dx, dy = at.x() - self.start.x(), at.y() - self.start.y()
        if not modifiers & Modifiers.AltModifier:
            dx, dy = snap(held[0] + dx) - held[0], snap(held[1] + dy) - held[1]
        self._by = (dx, dy)
        view.projection.preview(self._places(graph))
        view.projection.notes.preview(self._notes.boxes(self._moved, dx, dy))

    def _places(self, graph: Graph) -> dict[str, tuple[float, float]]:
        dx, dy = self._by
        places = {}
        for id in self._nodes:
            x, y = graph.nodes[id].position
            places[id] = (x + dx, y + dy)
        return places

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        view = self.view
        if not self.moving:
            self._click()
            return
        selected = self._notes.in_order()
        named = self._notes.named(selected, view.selected_nodes())

        def change(graph: Graph) -> Graph:
            return self._notes.moved(graph.move(self._places(graph)), self._moved, *self._by)

        view.document.try_edit(f"Move {named}", change)

    def _click(self) -> None:
        if self._was_selected and self._adding:
            nodes, notes = self._before
            self._select(nodes - {self.node}, notes - {self.note})
        elif not self._adding:
            self._select({self.node} if self.node else set(), {self.note} if self.note else set())

    def clear(self) -> None:
        self.view.projection.settle()
        self.view.projection.notes.settle()

    def cancel(self) -> None:
        self._select(*self._before)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Nothing beside what is moved."""


class Resize(Gesture):
    """Dragging the lower right corner of a note or frame."""

    cursor = Qt.CursorShape.SizeFDiagCursor
    scrolls = True
    view: DiagramView

    def __init__(self, view: DiagramView, notes: Notes, start: QPointF, note: str) -> None:
        super().__init__(view, start)
        self._notes = notes
        self.note = note
        self._before = (view.document.selection, notes.selection)
        self._size: tuple[float, float] | None = None

    @property
    def paints(self) -> bool:
        return False

    def begin(self) -> None:
        self.view.document.select(())
        self._notes.select({self.note})

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        if self._size is None and (at - self.start).manhattanLength() * self.scale < self.view.drag_distance:
            return
        note = self.view.document.graph.notes[self.note]
        left, top = note.position
        right, bottom = left + note.size[0] + at.x() - self.start.x(), top + note.size[1] + at.y() - self.start.y()
        if not modifiers & Modifiers.AltModifier:
            right, bottom = snap(right), snap(bottom)
        self._size = self._notes.allowed(note, (right - left, bottom - top))
        self.view.projection.notes.preview({self.note: (note.position, self._size)})

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        if self._size is not None:
            self._notes.resized(self.note, self._size)

    def clear(self) -> None:
        self.view.projection.notes.settle()

    def cancel(self) -> None:
        self.view.document.select(self._before[0])
        self._notes.select(self._before[1])

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Nothing beside the note itself."""
