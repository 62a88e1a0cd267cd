"""Cutting wires: Alt and a drag beside the nodes draw a line, and every wire it crosses is cut."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.counting import counted
from engine.graph.graph import Graph, Wire
from gui.canvas.diagram_view import DiagramView
from gui.canvas.gestures.gesture import Gesture, Modifiers, paint_hint
from gui.canvas.items import WireItem
from gui.theme.style import current


class Knife(Gesture):
    """A straight line from the press to the pointer. What it would cut fades while it is drawn.

    A press on a wire that goes nowhere is a click, and selects it.
    """

    cursor = Qt.CursorShape.CrossCursor
    view: DiagramView

    def __init__(self, view: DiagramView, start: QPointF, under: Wire | None = None) -> None:
        super().__init__(view, start)
        self._under = under
        self.cut: list[Wire] = []

    @property
    def line(self) -> QLineF:
        """The cut, from the press to the pointer."""
        return QLineF(self.start, self.at)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        box = QRectF(self.start, at).normalized().adjusted(-1.0, -1.0, 1.0, 1.0)
        crossed = [
            item.wire
            for item in self.view.projection.items(box, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
            if isinstance(item, WireItem) and crosses(self.line, item)
        ]
        self._show(sorted(crossed))

    def _show(self, wires: list[Wire]) -> None:
        for wires_then, leaving in ((self.cut, False), (wires, True)):
            for w in wires_then:
                if w in self.view.projection.wires:
                    self.view.projection.wires[w].set_look(leaving=leaving)
        self.cut = wires

    def clear(self) -> None:
        cut = self.cut
        self._show([])
        self.cut = cut

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        if self.line.length() * self.scale < self.view.drag_distance:
            self.view.document.select(())
            self.view.select_wire(self._under)
            return
        cut = self.cut

        def change(graph: Graph) -> Graph:
            for w in cut:
                graph = graph.disconnect(w)
            return graph

        if cut:
            self.view.document.try_edit("Cut a wire" if len(cut) == 1 else f"Cut {len(cut)} wires", change)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(current().error), 1.5)
        pen.setCosmetic(True)
        pen.setDashPattern([5.0, 4.0])
        painter.setPen(pen)
        painter.drawLine(self.line)
        if self.cut:
            words = f"Cuts {counted(len(self.cut), 'wire')}"
            paint_hint(painter, self.at, self.scale, words, "bad")


def crosses(line: QLineF, item: WireItem) -> bool:
    """Whether a line crosses a wire as it is drawn."""
    for polygon in item.path().toSubpathPolygons():
        points = [polygon.at(k) for k in range(polygon.size())]
        for a, b in itertools.pairwise(points):
            kind, _where = line.intersects(QLineF(a, b))
            if kind == QLineF.IntersectionType.BoundedIntersection:
                return True
    return False
