"""Dragging a node out of its chain with Ctrl: its neighbours are joined, and it lands where it is dropped."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.graph import Graph, Wire
from engine.graph.layers.kind import ENDS
from engine.graph.rewiring import take_out
from gui.canvas.diagram_view import DiagramView
from gui.canvas.gestures.gesture import Modifiers
from gui.canvas.gestures.move import Move
from gui.canvas.notes.notes import Notes
from gui.canvas.wire_curve import Curve
from gui.theme.style import current


class TakeOut(Move):
    """A click with Ctrl selects, as it does without a drag; a drag takes the node under the pointer out.

    Dropped on a wire it is inserted there: so a layer changes its place in the chain in one gesture.
    """

    verb = "Detach"

    def __init__(self, view: DiagramView, notes: Notes, start: QPointF, id: str, modifiers: Modifiers) -> None:
        super().__init__(view, notes, start, id, modifiers)
        self.joined: tuple[Wire, ...] = ()
        self._faded: list[Wire] = []
        self._notes_before = notes.selection

    def begin(self) -> None:
        super().begin()
        self._keep_notes()

    def _keep_notes(self) -> None:
        # Selecting nodes takes the selection from the notes, which a click with Ctrl leaves alone.
        self._notes.select(self._notes_before)

    def _click(self) -> None:
        super()._click()
        self._keep_notes()

    def cancel(self) -> None:
        super().cancel()
        self._keep_notes()

    @property
    def paints(self) -> bool:
        return self.moving

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        travelled = (at - self.start).manhattanLength() * self.scale >= self.view.drag_distance
        if travelled and not self.moving:
            self._take_out()
        super().move(at, modifiers)

    def _take_out(self) -> None:
        graph: Graph = self.view.document.graph
        self.view.document.select({self.id})
        if graph.nodes[self.id].kind in ENDS or not (graph.incoming(self.id) or graph.outgoing(self.id)):
            self.verb = "Move"
            return
        self.base = take_out(graph, self.id)
        had = set(graph.wires)
        self.joined = tuple(w for w in self.base.wires if w not in had)
        self._faded = [*graph.incoming(self.id), *graph.outgoing(self.id)]
        for w in self._faded:
            self.view.projection.wires[w].set_look(leaving=True)

    def clear(self) -> None:
        for w in self._faded:
            if w in self.view.projection.wires:
                self.view.projection.wires[w].set_look(leaving=False)
        super().clear()

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(current().accent), 2.5)
        pen.setDashPattern([4.0, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        nodes = self.view.projection.nodes
        for w in self.joined:
            painter.drawPath(Curve(nodes[w.source].output_point(), nodes[w.target].input_point(w.input)).path())
        super().paint(painter, exposed)
