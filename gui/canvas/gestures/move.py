"""Moving nodes: the press selects, the drag shows them elsewhere, the release makes one edit of it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.graph.graph import Graph, Wire
from engine.graph.snapping import carried, leader, root, snapped_onto
from gui.canvas import text
from gui.canvas.diagram_view import DiagramView
from gui.canvas.edits import drop_on_wire, is_loose, put_behind
from gui.canvas.faces import face_of
from gui.canvas.gestures.following import host_under
from gui.canvas.gestures.gesture import Gesture, Modifiers, paint_hint
from gui.canvas.grid import snapped
from gui.canvas.guides import Guides
from gui.canvas.node_layout import Face, layout
from gui.canvas.notes.notes import Notes
from gui.theme.style import current


class Move(Gesture):
    """A press on a node. It becomes a move once the pointer has travelled; until then it is a click.

    The dragged node snaps to others' edges, middles and ports, to equal gaps and to the grid; with Alt held during
    the drag to nothing. The others keep their distance from it.
    """

    scrolls = True
    verb = "Move"
    view: DiagramView

    def __init__(self, view: DiagramView, notes: Notes, start: QPointF, id: str, modifiers: Modifiers) -> None:
        super().__init__(view, start)
        self._notes = notes
        self.id = id
        self.moving = False
        self.base: Graph = view.document.graph
        """The drawing whose nodes are moved."""
        self.onto: Wire | None = None
        self.host = ""
        """The node that an activation or the like is put behind."""
        self.back = False
        """Whether that is the layer before it already, which it is only snapped onto."""
        self.positions: dict[str, tuple[float, float]] = {}
        self.lines: tuple[QLineF, ...] = ()
        self._guides: Guides | None = None
        self._body = QRectF()
        self._ports: tuple[float, ...] = ()
        self._selection_before = view.document.selection
        self._notes_before = notes.selection
        self._adding = bool(modifiers & (Modifiers.ControlModifier | Modifiers.ShiftModifier))
        self._was_selected = id in self._selection_before

    @property
    def paints(self) -> bool:
        return self.onto is not None or bool(self.host)

    def begin(self) -> None:
        if not self._was_selected:
            kept = self._selection_before if self._adding else frozenset()
            self.view.document.select({*kept, self.id})

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        if not self.moving:
            if (at - self.start).manhattanLength() * self.scale < self.view.drag_distance:
                return
            self.moving = True
            self.view.setCursor(Qt.CursorShape.ClosedHandCursor)
        graph = self.view.document.graph
        dx, dy = at.x() - self.start.x(), at.y() - self.start.y()
        lines: tuple[QLineF, ...] = ()
        if not modifiers & Modifiers.AltModifier:
            if self._guides is None:
                self._look_for_guides()
            assert self._guides is not None
            found = self._guides.snapped(self._body, self._ports, dx, dy, self.scale)
            dx, dy, lines = found.dx, found.dy, found.lines
        self.positions = {}
        for id in self.view.document.selection:
            x, y = graph.nodes[id].position
            self.positions[id] = (x + dx, y + dy)
        self.view.projection.preview(self.positions)
        self._show(lines)
        self._look_for_wire(at)

    def _look_for_guides(self) -> None:
        """Note where everything in view lies that is not being moved."""
        view, graph = self.view, self.view.document.graph
        moving = carried(graph, {id: graph.nodes[id].position for id in view.document.selection}).keys()
        seen = view.viewportTransform().inverted()[0].mapRect(QRectF(view.viewport().rect()))
        still = []
        for id, item in view.projection.nodes.items():
            if id == self.id:
                self._body = item.body
                self._ports = tuple(item.input_point(port).y() for port, _at in item.place.inputs)
            elif id not in moving and item.host is None and item.body.intersects(seen):
                still.append((item.body, [item.input_point(port).y() for port, _at in item.place.inputs]))
        (x, y), item = graph.nodes[self.id].position, view.projection.nodes[self.id]
        shown = item.pos()
        self._body.translate(x - shown.x(), y - shown.y())
        self._ports = tuple(port + y - shown.y() for port in self._ports)
        self._guides = Guides(still)

    def scrolled(self) -> None:
        self._guides = None

    def _show(self, lines: tuple[QLineF, ...]) -> None:
        """Paint these lines; only the strips they are in, because a whole frame costs as much as many steps."""
        if lines == self.lines:
            return
        view, transform = self.view.viewport(), self.view.viewportTransform()
        for line in {*map(_key, self.lines)} ^ {*map(_key, lines)}:
            box = transform.mapRect(QRectF(QPointF(line[0], line[1]), QPointF(line[2], line[3])).normalized())
            view.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))
        self.lines = lines

    def _look_for_wire(self, at: QPointF) -> None:
        before, onto, host = self.onto, None, ""
        self.back = False
        if len(self.positions) == 1 and (ahead := leader(self.base, self.id)) is not None:
            box = root(self.base, ahead)
            self.back = self.view.projection.nodes[box].body.contains(at)
            host = ahead if self.back else ""
        elif len(self.positions) == 1 and is_loose(self.base, self.id):
            host = host_under(self.view, self.base.nodes[self.id].kind, at, but=self.id)
            onto = None if host else self.view.wire_under(self.view.projection.nodes[self.id].body, at)
        self.onto = onto if onto is not None and onto in self.base.incoming(onto.target) else None
        if self.onto != before:
            self.view.mark_wire(self.onto)
        self.host = self.view.projection.mark(host, self.host)

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        document, positions, onto, host = self.view.document, self._places(), self.onto, self.host
        back = self.back
        if not self.moving:
            self._click()
            return
        many = f"{len(positions)} layers" if len(positions) > 1 else document.graph.nodes[self.id].name

        def change(_graph: Graph) -> Graph:
            if back:
                return self.base.move({self.id: self.base.node(host).position})
            moved = self.base.move(positions)
            if host in moved.nodes:
                return put_behind(moved, self.id, host, self.view.size_of)
            return moved if onto is None else drop_on_wire(moved, self.id, onto, self.view.size_of)

        put_in = onto is not None or (host and not back)
        said = f"Insert {many}" if put_in else f"{self.verb} {many}"
        if document.try_edit(said, change) and onto is not None:
            self.view.ensure_seen([self.id])

    def _places(self) -> dict[str, tuple[float, float]]:
        """Where the nodes go; one taken off the node that it was snapped onto stands around where its chip is."""
        graph, places = self.view.document.graph, dict(self.positions)
        for id, (x, y) in self.positions.items():
            if snapped_onto(graph, id) is None or root(graph, id) in self.positions:
                continue
            chip = self.view.projection.nodes[id].place.body.center()
            alone = layout(self._alone(id), text.width, text.shortened)
            places[id] = snapped(x + chip.x() - alone.width / 2, y + chip.y() - alone.height / 2)
        return places

    def _alone(self, id: str) -> Face:
        moved = self.base.move({id: (1e6, 1e6)})
        return face_of(moved, moved.nodes[id], self.view.projection.blocks)

    def _click(self) -> None:
        document = self.view.document
        if self._was_selected and self._adding:
            document.select(document.selection - {self.id})
        elif not self._adding:
            document.select({self.id})

    def clear(self) -> None:
        self._show(())
        self.view.mark_wire(None)
        self.view.projection.mark("", self.host)
        self.view.projection.settle()

    def cancel(self) -> None:
        self.view.document.select(self._selection_before)
        self._notes.select(self._notes_before)

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        if self.lines:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            pen = QPen(QColor(current().accent), 1.0)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(list(self.lines))
        if self.onto is not None:
            paint_hint(painter, self.at, self.scale, self.view.words_between(self.onto), "good")
        elif self.host:
            name = self.view.document.graph.nodes[self.host].name
            words = f"On {name}" if self.back else f"After {name}"
            paint_hint(painter, self.at, self.scale, words, "good")


def _key(line: QLineF) -> tuple[float, float, float, float]:
    return (line.x1(), line.y1(), line.x2(), line.y2())
