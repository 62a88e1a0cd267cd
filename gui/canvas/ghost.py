"""What an edit would make of the drawing, shown over it before it is made: a ghost that leaves no trace.

New layers and wires are drawn translucent in the accent colour, what would go is struck out, and the shapes that
would change stand on the wires.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from engine.graph.graph import Graph, Wire
from engine.graph.inference import infer
from engine.graph.layout.placement import separated
from engine.graph.snapping import riders, root, snapped_onto
from gui.canvas import text
from gui.canvas.diagram_view import DiagramView
from gui.canvas.faces import face_of
from gui.canvas.node_layout import Face, NodeLayout, chip_layout, layout
from gui.canvas.painting import FULL_DETAIL, PLAIN, paint_node
from gui.canvas.wire_curve import Curve, label_middle
from gui.theme.style import current
from gui.theme.tokens import RADII


@dataclass(frozen=True)
class Shown:
    """A layer as it would be: new, or in another state."""

    id: str
    face: Face
    place: NodeLayout
    at: QPointF
    new: bool


@dataclass(frozen=True)
class _View:
    transform: QTransform
    across: int
    down: int


class Ghost(QObject):
    """Follows ``document.previewed``. The items stay as they are, but for places and fading that ``clear`` undoes."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view
        self.nodes: dict[str, Shown] = {}
        self.gone: list[str] = []
        self.wires: dict[Wire, Curve] = {}
        self.labels: dict[Wire, str] = {}
        """The shapes that would change, by the wire they would stand on."""
        self._curves: dict[Wire, Curve] = {}
        self._faded: list[Wire] = []
        self._view_before: _View | None = None
        self._view_shown: _View | None = None
        self._shows = False
        view.document.previewed.connect(self.show)

    @property
    def visible(self) -> bool:
        """Whether a ghost is shown."""
        return self._shows

    @Slot(object)
    def show(self, graph: Graph | None) -> None:
        """Show the difference between the drawing and ``graph``; None shows the drawing alone again."""
        self.clear()
        if graph is None:
            return
        view, before = self._view, self._view.document.graph
        graph = separated(before, graph)  # as it will be once the edit is made
        self._shows = True
        projection = view.projection
        moved = {
            id: node.position
            for id, node in graph.nodes.items()
            if id in before.nodes and node.position != before.nodes[id].position
        }
        projection.preview(moved)
        wanted, had = set(graph.wires), set(before.wires)
        self._faded = [w for w in before.wires if w not in wanted]
        for w in self._faded:
            projection.wires[w].set_look(leaving=True)
        self.gone = [id for id in before.nodes if id not in graph.nodes]
        self._find_nodes(graph, {end for w in wanted ^ had for end in (w.source, w.target)})
        shapes = infer(graph, view.document.signature).shapes
        for w in graph.wires:
            if snapped_onto(graph, w.target) == w.source:
                continue  # within a box
            curve = Curve(self._output(w.source), self._input(w.target, w.input))
            shape = shapes.get(w.source)
            label = "" if shape is None else shape.label()
            if w not in had:
                self.wires[w] = curve
            if label and (w not in had or label != projection.wires[w].label):
                self.labels[w] = label
                self._curves[w] = curve
        self._bring_into_view()
        view.viewport().update()

    def _find_nodes(self, graph: Graph, touched: set[str]) -> None:
        projection, before = self._view.projection, self._view.document.graph
        differing = [id for id, node in graph.nodes.items() if before.nodes.get(id) is not node]
        touched = touched | {root(graph, id) for id in differing}
        touched |= {rider for id in touched if id in graph.nodes for rider in riders(graph, id)}
        for id, node in graph.nodes.items():
            new = id not in before.nodes
            if not new and before.nodes[id] is node and id not in touched:
                continue
            now = None if new else projection.nodes[id].face
            face = face_of(graph, node, projection.blocks, now.aside if now else "")
            place = self._place(graph, id, face)
            if face != now or place != projection.nodes[id].place:
                self.nodes[id] = Shown(id, face, place, QPointF(*node.position), new)
        # What is snapped onto others is painted after them.
        self.nodes = dict(sorted(self.nodes.items(), key=lambda pair: pair[1].face.block == "chip"))

    def _place(self, graph: Graph, id: str, face: Face) -> NodeLayout:
        host = root(graph, id)
        if host == id:
            return layout(face, text.width, text.shortened)
        blocks = self._view.projection.blocks
        around = layout(face_of(graph, graph.nodes[host], blocks), text.width, text.shortened)
        return chip_layout(face, around, riders(graph, host).index(id), text.width, text.shortened)

    def _output(self, id: str) -> QPointF:
        shown = self.nodes.get(id)
        if shown is None:
            return self._view.projection.nodes[id].output_point()
        return shown.at + (shown.place.output or QPointF(shown.place.width, shown.place.height / 2))

    def _input(self, id: str, port: str) -> QPointF:
        shown = self.nodes.get(id)
        return (
            self._view.projection.nodes[id].input_point(port) if shown is None else shown.at + shown.place.input(port)
        )

    def clear(self) -> None:
        """Take the ghost away."""
        if not self._shows:
            return
        self._shows = False
        view = self._view
        for w in self._faded:
            if w in view.projection.wires:
                view.projection.wires[w].set_look(leaving=False)
        view.projection.settle()
        self.nodes, self.gone, self.wires, self.labels = {}, [], {}, {}
        self._curves, self._faded = {}, []
        if self._view_before is not None and self._view_now() == self._view_shown:
            view.setTransform(self._view_before.transform)
            view.horizontalScrollBar().setValue(self._view_before.across)
            view.verticalScrollBar().setValue(self._view_before.down)
        self._view_before = None
        view.viewport().update()

    # The view goes to the ghost, and back.

    def _view_now(self) -> _View:
        view = self._view
        return _View(view.transform(), view.horizontalScrollBar().value(), view.verticalScrollBar().value())

    def _bring_into_view(self) -> None:
        view, around = self._view, QRectF()
        for shown in self.nodes.values():
            around = around.united(shown.place.body.translated(shown.at))
        around = around.united(view.projection.content(self.gone))
        for curve in self.wires.values():
            around = around.united(QRectF(curve.start, curve.end).normalized())
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        if around.isEmpty() or seen.contains(around):
            return
        self._view_before = self._view_now()
        if around.width() > seen.width() or around.height() > seen.height():
            view.fit(around.adjusted(-40.0, -40.0, 40.0, 40.0), view.scale_now)
        else:
            view.ensureVisible(around, 24, 24)
        self._view_shown = self._view_now()

    # Painting

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint the ghost over the drawing, in canvas coordinates."""
        if not self._shows:
            return
        theme, scale = current(), self._view.scale_now
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(theme.accent)
        for id in self.gone:
            if id in self._view.projection.nodes:
                self._strike(painter, self._view.projection.nodes[id].body)
        struck = QPen(QColor(theme.error), 2.0)
        struck.setDashPattern([2.0, 4.0])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(struck)
        for w in self._faded:
            if w in self._view.projection.wires:
                painter.drawPath(self._view.projection.wires[w].path())
        dashed = QPen(accent, 2.5)
        dashed.setDashPattern([4.0, 2.5])
        painter.setPen(dashed)
        for curve in self.wires.values():
            painter.drawPath(curve.path())
        for shown in self.nodes.values():
            self._paint_node(painter, shown, scale)
        if scale >= FULL_DETAIL:
            self._paint_labels(painter)

    def _paint_node(self, painter: QPainter, shown: Shown, scale: float) -> None:
        accent = QColor(current().accent)
        painter.save()
        painter.translate(shown.at)
        painter.setOpacity(0.8 if shown.new else 1.0)
        if not shown.new:
            # What stands there now must not shine through where the two differ in size.
            item = self._view.projection.nodes[shown.id]
            if item.host is None:
                painter.fillRect(item.place.body.adjusted(-2.0, -2.0, 2.0, 2.0), QColor(current().canvas))
        pictures = self._view.projection.pictures if shown.face.block == "data" else []
        paint_node(painter, shown.face, shown.place, PLAIN, scale, pictures)
        painter.setOpacity(1.0)
        pen = QPen(accent, 2.0)
        pen.setDashPattern([4.0, 2.5])
        painter.setPen(pen)
        accent.setAlphaF(0.1)
        painter.setBrush(accent)
        radius = shown.place.height / 2 if shown.face.block == "chip" else float(RADII.node)
        painter.drawRoundedRect(shown.place.body, radius, radius)
        painter.restore()

    def _strike(self, painter: QPainter, body: QRectF) -> None:
        theme = current()
        veil = QColor(theme.canvas)
        veil.setAlphaF(0.65)
        pen = QPen(QColor(theme.error), 2.0)
        pen.setDashPattern([2.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(veil)
        painter.drawRoundedRect(body, float(RADII.node), float(RADII.node))
        painter.setPen(QPen(QColor(theme.error), 2.0))
        painter.drawLine(body.bottomLeft() + QPointF(8.0, -8.0), body.topRight() + QPointF(-8.0, 8.0))

    def _paint_labels(self, painter: QPainter) -> None:
        theme = current()
        painter.setFont(text.face("number"))
        for w, label in self.labels.items():
            width = text.width("number", label)
            # The label that is there now lies under it, and may be the longer one.
            now = self._view.projection.wires.get(w)
            covered = now.label_box if now is not None else QRectF()
            box = QRectF(0.0, 0.0, max(width + 8.0, covered.width() + 2.0), 16.0)
            box.moveCenter(label_middle(self._curves[w], width))
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(QColor(theme.canvas))
            painter.drawRoundedRect(box, 4.0, 4.0)
            painter.setPen(QColor(theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
