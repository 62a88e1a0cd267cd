"""Placing a layer that was dragged or picked up from the palette: shown as a ghost, added where it is dropped.

With Shift it stays picked up, and each layer added is fed by the one before it: a chain.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.advice.joining import first_feeder, joined
from engine.graph.blocks import shelf
from engine.graph.blocks.shelf import known
from engine.graph.errors import GraphError
from engine.graph.graph import Graph, Wire
from gui.canvas import text
from gui.canvas.diagram_view import DiagramView
from gui.canvas.edits import at_turn, behind, insert, place, turns
from gui.canvas.faces import Blocks, face_of
from gui.canvas.gestures.following import feeder_for, host_under
from gui.canvas.gestures.gesture import Gesture, Modifiers, paint_hint
from gui.canvas.grid import snapped
from gui.canvas.node_layout import layout
from gui.canvas.painting import PLAIN, paint_node
from gui.canvas.wire_curve import Curve
from gui.theme.style import current


class Place(Gesture):
    """``stays`` while the layer was picked up by a click; a drag and drop ends with the drop."""

    cursor = Qt.CursorShape.CrossCursor
    view: DiagramView

    def __init__(self, view: DiagramView, start: QPointF, kind: str, *, dragged: bool = False) -> None:
        super().__init__(view, start)
        self.kind = kind
        self.stays = not dragged
        self.inside = dragged
        self.onto: Wire | None = None
        self.landing: tuple[float, float] | None = None
        """Where it will stand on a wire that turns back; None for where it is held."""
        self.host = ""
        """The node it snaps onto."""
        self.feeder = ""
        """The node that feeds it in a chain."""
        self.previous = ""
        """The layer of the chain put down last."""
        sample = shelf.add(Graph(), kind)
        self.face = face_of(sample, sample.nodes[sample.last], Blocks())
        self.shape = layout(self.face, text.width, text.shortened)

    @property
    def corner(self) -> tuple[float, float]:
        """Where the ghost's top left corner is: the pointer holds its middle."""
        return snapped(self.at.x() - self.shape.width / 2, self.at.y() - self.shape.height / 2)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        before = self.onto
        declaration = known(self.kind)
        fits = declaration.has_output and (declaration.variadic or bool(declaration.inputs))
        body = QRectF(QPointF(*self.corner), self.shape.body.size())
        host = host_under(self.view, self.kind, at) if fits and self.inside else ""
        self.host = self.view.projection.mark(host, self.host)
        self.onto = self.view.wire_under(body, at) if fits and self.inside and not self.host else None
        if self.onto != before:
            self.view.mark_wire(self.onto)
        self.landing = self._find_landing()
        chained = bool(modifiers & Modifiers.ShiftModifier) and self.stays and self.inside
        alone = self.onto is None and not self.host
        first = first_feeder(self.view.document.graph) if alone and self.inside and fits else ""
        chain = feeder_for(self.view, self.kind, self._port, self.previous) if chained and alone else ""
        self.feeder = chain or first

    def _find_landing(self) -> tuple[float, float] | None:
        graph, size_of = self.view.document.graph, self.view.size_of
        if self.onto is None or not turns(graph, self.onto, size_of):
            return None
        return at_turn(graph, self.onto, (self.shape.width, self.shape.height), size_of, self.corner)

    @property
    def _port(self) -> QPointF:
        first = self.shape.inputs[0][1] if self.shape.inputs else QPointF()
        return QPointF(*self.corner) + first

    def clear(self) -> None:
        self.view.mark_wire(None)
        self.view.projection.mark("", self.host)

    def put_down(self) -> bool:
        """Make the edit where the ghost is. The gesture is over, or goes on with another layer of the kind."""
        size, onto, corner = (self.shape.width, self.shape.height), self.onto, self.corner
        document, host, feeder = self.view.document, self.host, self.feeder

        def change(graph: Graph) -> Graph:
            if onto is not None:
                return insert(graph, self.kind, onto, size, self.view.size_of, corner)
            if host in graph.nodes:
                return behind(graph, self.kind, host, size, self.view.size_of)
            placed = place(graph, self.kind, corner)
            port = placed.open_input(placed.last) if feeder in graph.nodes else None
            return placed if port is None else placed.connect(Wire(feeder, "out", placed.last, port))

        def joining(graph: Graph) -> Graph:
            added = change(graph)
            return joined(added, added.last, document.signature)

        if onto is not None and onto not in document.graph.wires:
            onto = None
        try:
            graph = joining(document.graph)
        except GraphError as error:
            document.complain.emit(str(error))
            return False
        document.edit(f"{'Add' if onto is None else 'Insert'} {self.kind}", graph)
        document.select({graph.last})
        if onto is not None:
            self.view.ensure_seen([graph.last])
        return True

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        if not self.inside:
            return
        if self.feeder in self.view.projection.nodes:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            curve = Curve(self.view.projection.nodes[self.feeder].output_point(), self._port)
            painter.strokePath(curve.path(), QPen(QColor(current().accent), 2.5))
        painter.save()
        painter.translate(*(self.landing or self.corner))
        painter.setOpacity(0.85)
        paint_node(painter, self.face, self.shape, PLAIN, self.scale, [])
        painter.restore()
        if self.onto is not None:
            paint_hint(painter, self.at, self.scale, self.view.words_between(self.onto), "good")
        elif self.host or self.feeder:
            nodes = self.view.document.graph.nodes
            words = f"After {nodes[self.host].name}" if self.host else f"Fed by {nodes[self.feeder].name}"
            paint_hint(painter, self.at, self.scale, words, "good")


def pick_up(view: DiagramView, kind: str) -> None:
    """Pick up a layer: it follows the mouse until it is put down by a click or put away by Esc."""
    if shelf.declaration(kind) is None:
        raise KeyError(kind)
    view.setFocus(Qt.FocusReason.OtherFocusReason)
    gesture = Place(view, view.pointer if view.pointer is not None else QPointF(), kind)
    gesture.inside = view.pointer is not None
    view.begin(gesture)
    view.hand_changed.emit(kind)
    view.announce(f"{kind} picked up")
