"""A layer in hand: dragged or picked from the palette, shown as a ghost on the canvas, put down where one drops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.graph.errors import GraphError
from engine.graph.graph import Graph, Wire
from engine.graph.layers import kinds
from gui.canvas import text
from gui.canvas.edits import insert, place
from gui.canvas.faces import Blocks, face_of
from gui.canvas.geometry import layout, snapped
from gui.canvas.gestures.gesture import Gesture, Modifiers, paint_hint
from gui.canvas.painting import PLAIN, paint_node

if TYPE_CHECKING:
    from gui.canvas.view import Canvas


class Place(Gesture):
    """``stays`` while the layer was picked up by a click; a drag and drop ends with the drop."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Canvas, start: QPointF, kind: str, *, dragged: bool = False) -> None:
        super().__init__(canvas, start)
        self.kind = kind
        self.stays = not dragged
        self.inside = dragged
        self.onto: Wire | None = None
        sample = Graph().add(kind)
        self.face = face_of(sample, sample.nodes[sample.last], Blocks())
        self.shape = layout(self.face, text.width, text.shortened)

    @property
    def corner(self) -> tuple[float, float]:
        """Where the ghost's top left corner is: the pointer holds its middle."""
        return snapped(self.at.x() - self.shape.width / 2, self.at.y() - self.shape.height / 2)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        before = self.onto
        declaration = kinds()[self.kind]
        fits = declaration.has_output and (declaration.variadic or bool(declaration.inputs))
        body = QRectF(QPointF(*self.corner), self.shape.body.size())
        self.onto = self.canvas.wire_under(body, at) if fits and self.inside else None
        if self.onto != before:
            self.canvas.mark_wire(self.onto)

    def clear(self) -> None:
        self.canvas.mark_wire(None)

    def put_down(self) -> bool:
        """Make the edit where the ghost is. The gesture is over, or goes on with another layer of the kind."""
        size, onto, corner = (self.shape.width, self.shape.height), self.onto, self.corner
        document = self.canvas.document

        def change(graph: Graph) -> Graph:
            if onto is not None:
                return insert(graph, self.kind, onto, size, self.canvas.size_of, corner)
            return place(graph, self.kind, corner)

        if onto is not None and onto not in document.graph.wires:
            onto = None
        try:
            graph = change(document.graph)
        except GraphError as error:
            document.complain.emit(str(error))
            return False
        document.edit(f"{'Add' if onto is None else 'Insert'} {self.kind}", graph)
        document.select({graph.last})
        return True

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        if not self.inside:
            return
        painter.save()
        painter.translate(*self.corner)
        painter.setOpacity(0.85)
        paint_node(painter, self.face, self.shape, PLAIN, self.scale, [])
        painter.restore()
        if self.onto is not None:
            paint_hint(painter, self.at, self.scale, self.canvas.words_between(self.onto), "good")
