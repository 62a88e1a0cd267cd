"""Dragging a wire: from a port to another, in either direction, or a wire's end to another place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.graph import Graph, Wire
from engine.graph.snapping import root, tail
from gui.canvas.diagram_view import DiagramView
from gui.canvas.fitting import WireFit, judge, possible
from gui.canvas.gestures.gesture import Gesture, Modifiers, paint_hint
from gui.canvas.hit import hit
from gui.canvas.node_layout import PORT_RADIUS
from gui.canvas.wire_curve import Curve
from gui.theme.style import current


@dataclass(frozen=True)
class Loose:
    """The end being dragged: the other end sits on ``port`` of ``node``. ``forward`` when an input is looked for.

    ``old`` is the wire whose end was taken, if it was one that exists.
    """

    node: str
    port: str
    forward: bool
    old: Wire | None = None

    def wire_to(self, node: str, port: str) -> Wire:
        """The wire there would be if the loose end went to that port."""
        if self.forward:
            return Wire(self.node, self.port, node, port)
        return Wire(node, port, self.node, self.port)


class Connect(Gesture):
    """Ports that fit are ringed; over a port that does not, the reason stands beside the pointer."""

    cursor = Qt.CursorShape.CrossCursor
    scrolls = True
    view: DiagramView

    def __init__(self, view: DiagramView, start: QPointF, loose: Loose) -> None:
        super().__init__(view, start)
        self.loose = loose
        # What is judged is the drawing without the wire whose end is being dragged.
        graph = view.document.graph
        self.base: Graph = graph if loose.old is None else graph.disconnect(loose.old)
        self.fits: dict[tuple[str, str], WireFit] = possible(
            self.base, view.document.analysis, loose.node, loose.port, loose.forward
        )
        self.over: tuple[str, str] | None = None
        self.fit: WireFit | None = None
        self._anchor = self._point(loose.node, loose.port, output=loose.forward)

    def begin(self) -> None:
        if self.loose.old is not None:
            self.view.projection.wires[self.loose.old].set_look(leaving=True)
        self.view.viewport().update()

    def _point(self, node: str, port: str, output: bool) -> QPointF:
        item = self.view.projection.nodes[node]
        return item.output_point() if output else item.input_point(port)

    def _shown(self, node: str) -> bool:
        """Whether a node has a port to be seen on the looked-for side: not within a box."""
        item = self.view.projection.nodes[node]
        return item.host is None if self.loose.forward else item.tail == node and item.place.output is not None

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self.over, self.fit = self._target(at)

    def _target(self, at: QPointF) -> tuple[tuple[str, str] | None, WireFit | None]:
        found = hit(self.view.projection, at, self.scale)
        wanted = "input" if self.loose.forward else "output"
        if found.what == wanted:
            key = (found.node, found.port)
        elif found.node and found.what in ("node", "badge", "input", "output"):
            # Anywhere on a node means its first free input, or else its first one; or its output. What is snapped
            # onto it is one node with it.
            box = root(self.base, found.node)
            id = box if self.loose.forward else tail(self.base, box)
            port = self._port_of(id)
            if port is None or box == root(self.base, self.loose.node):
                return None, None
            key = (id, port)
        else:
            return None, None
        return key, judge(self.base, self.view.document.analysis, self.loose.wire_to(*key))

    def _port_of(self, id: str) -> str | None:
        declaration = self.base.nodes[id].declaration
        if not self.loose.forward:
            return "out" if declaration.has_output else None
        free = self.base.open_input(id)
        if free is not None:
            return free
        return declaration.inputs[0].name if declaration.inputs else None

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        document, loose = self.view.document, self.loose
        over, fit = self._target(at)
        travelled = (at - self.start).manhattanLength() * self.scale >= self.view.drag_distance
        if not travelled:
            if loose.old is not None:
                self.view.select_wire(loose.old)
            return
        if over is None:
            self._dropped_nowhere(at)
            return
        if over == (loose.node, loose.port):
            return
        new = loose.wire_to(*over)
        if loose.old == new:
            return
        if fit is not None and not fit.possible:
            document.complain.emit(fit.reason)
            return
        label = "Connect" if loose.old is None else "Re-route the wire"
        document.try_edit(label, self._change(new))

    def _dropped_nowhere(self, at: QPointF) -> None:
        old = self.loose.old
        if hit(self.view.projection, at, self.scale).what not in ("canvas", "wire"):
            return
        if old is not None:
            self.view.document.try_edit("Disconnect", lambda graph: graph.disconnect(old))
        else:
            self.view.wire_dropped.emit(at, self.loose)

    def _change(self, new: Wire) -> Callable[[Graph], Graph]:
        old = self.loose.old

        def change(graph: Graph) -> Graph:
            if old is not None:
                graph = graph.disconnect(old)
            return graph.replace_input(new)

        return change

    def clear(self) -> None:
        old = self.loose.old
        if old is not None and old in self.view.projection.wires:
            self.view.projection.wires[old].set_look(leaving=False)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        theme = current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for (node, port), fit in self.fits.items():
            if not self._shown(node):
                continue
            point = self._point(node, port, output=not self.loose.forward)
            if exposed.adjusted(-16, -16, 16, 16).contains(point):
                painter.setPen(QPen(QColor(theme.accent if fit.good else theme.warning), 2.0))
                painter.drawEllipse(point, PORT_RADIUS + 4.0, PORT_RADIUS + 4.0)
        end, colour = self.at, theme.quiet
        if self.over is not None and self.fit is not None:
            colour = theme.accent if self.fit.good else theme.warning if self.fit.possible else theme.error
            if self.fit.possible:
                end = self._point(*self.over, output=not self.loose.forward)
        curve = Curve(self._anchor, end) if self.loose.forward else Curve(end, self._anchor)
        painter.setPen(QPen(QColor(colour), 2.5))
        painter.drawPath(curve.path())
        if self.fit is not None and self.over is not None:
            painter.setBrush(QColor(colour))
            painter.drawEllipse(end, 3.5, 3.5)
            paint_hint(painter, self.at, self.scale, self.fit.reason, "" if self.fit.possible else "bad")
