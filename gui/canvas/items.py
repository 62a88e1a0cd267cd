"""One painted item for a node and one plain path for a wire: no children, no widgets, no effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsPathItem,
    QGraphicsRectItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from engine.graph.graph import Wire
from engine.graph.shapes import Shape
from gui.canvas import text
from gui.canvas.geometry import BADGE_RADIUS, Curve, Face, Layout, label_middle, layout
from gui.canvas.painting import FULL_DETAIL, PLAIN, Look, far_bar, far_colours, paint_far, paint_node
from gui.canvas.places import box_of
from gui.canvas.plain import Plain
from gui.canvas.sheet import Sheet
from gui.theme.contrast import mix
from gui.theme.style import current

WIRE_LEVEL, NODE_LEVEL, RAISED_LEVEL = 0.0, 1.0, 2.0
FADED = 0.28
"""How much is left of what steps back, so that other things stand out."""


class NodeItem(QGraphicsRectItem):
    """A node as painted. What it shows is handed to it; it asks nothing and knows no drawing."""

    def __init__(self, id: str, sheet: Sheet) -> None:
        super().__init__()
        self.id = id
        self.sheet = sheet
        self.face: Face | None = None
        self.look: Look = PLAIN
        self.pictures: list[QImage] = []
        self.place: Layout
        self.version = 0
        """A number that grows whenever the node looks other than it did."""
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setZValue(NODE_LEVEL)

    def show_face(self, face: Face, pictures: list[QImage]) -> bool:
        """Show another face; returns whether ports may have moved."""
        self.pictures = pictures if face.block == "data" else []
        if face == self.face:
            return False
        place = layout(face, text.width, text.shortened)
        moved = self.face is None or place != self.place
        self.face, self.place = face, place
        if self.rect() != place.bounds:
            self.setRect(place.bounds)
        self._looks_other()
        return moved

    def _looks_other(self) -> None:
        self.version += 1
        self.sheet.changed(self)
        self.update()

    def measure_again(self) -> None:
        """Fonts or colours changed."""
        if self.face is not None:
            self.place = layout(self.face, text.width, text.shortened)
            self.setRect(self.place.bounds)
            self._looks_other()

    def set_faded(self, faded: bool) -> None:
        """Let the node step back behind others. The picture that is kept of it stays as it is."""
        opacity = FADED if faded else 1.0
        if self.opacity() != opacity:
            self.setOpacity(opacity)
            self.sheet.changed(self)

    def set_look(self, **changes: object) -> None:
        """Change how the node is shown: selected, hovered, problem, count, marked."""
        now = self.look.__dict__
        if any(now[name] != value for name, value in changes.items()):  # most often nothing changes, for many nodes
            self.look = look = replace(self.look, **changes)  # type: ignore[arg-type]
            self.setZValue(RAISED_LEVEL if look.selected else NODE_LEVEL)
            self._looks_other()

    @property
    def key(self) -> str:
        """What it stands for."""
        return self.id

    def put_plainly(self, plain: Plain) -> None:
        """Put the box that is painted of it from afar into its bundle, its title and the bar on it."""
        if self.face is None:
            return
        body, look = self.body, self.look
        plain.boxes.put(self.id, (*far_colours(self.face, look, current()), self.opacity()), (body,))
        plain.titles[self.id] = (self.face.title, body, self.opacity())
        if look.heavy:
            plain.bars[self.id] = far_bar(self.place, look).translated(body.topLeft())
        else:
            plain.bars.pop(self.id, None)

    @property
    def body(self) -> QRectF:
        """The node's body in canvas coordinates."""
        return self.place.body.translated(self.pos())

    @property
    def badge(self) -> QRectF:
        """Where the sign of a problem is painted, in canvas coordinates."""
        at = self.pos() + self.place.badge
        return QRectF(at.x() - BADGE_RADIUS, at.y() - BADGE_RADIUS, 2 * BADGE_RADIUS, 2 * BADGE_RADIUS)

    def input_point(self, port: str) -> QPointF:
        """Where an input lies, in canvas coordinates."""
        return self.pos() + self.place.input(port)

    def output_point(self) -> QPointF:
        """Where the output lies, in canvas coordinates."""
        return self.pos() + (self.place.output or QPointF(self.place.width, self.place.height / 2))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint it: on the screen (a ``widget``) as the picture that is kept of it, elsewhere stroke by stroke."""
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if widget is None or scale < FULL_DETAIL:
            self.paint_all(painter, scale)
        else:
            self.sheet.snapshots.paint(self, painter)

    def paint_all(self, painter: QPainter, scale: float) -> None:
        """Paint all of it, stroke by stroke."""
        if self.face is not None:
            paint_node(painter, self.face, self.place, self.look, scale, self.pictures)

    def paint_plain(self, painter: QPainter) -> None:
        """Paint it as a plain block."""
        if self.face is not None:
            paint_far(painter, self.face, self.place, self.look)


@lru_cache(maxsize=64)
def _wire_pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


@lru_cache(maxsize=8)
def _quiet_wire(ground: str, ink: str) -> str:
    return mix(ground, ink, 0.72)


@dataclass(frozen=True)
class WireLook:
    """The state a wire is shown in."""

    selected: bool = False
    hovered: bool = False
    faded: bool = False
    leaving: bool = False
    """Whether a gesture or a ghost would take it away."""

    @property
    def dim(self) -> bool:
        """Whether the wire steps back, and its label with it."""
        return self.faded or self.leaving


class WireItem(QGraphicsPathItem):
    """A wire as painted: Qt's own path item. Its label is written by the scene, above the nodes."""

    def __init__(self, wire: Wire, sheet: Sheet) -> None:
        super().__init__()
        self.wire = wire
        self.sheet = sheet
        self.curve = Curve(QPointF(), QPointF())
        self.label = ""
        self.flowing: Shape | None = None
        """The shape that the label tells of."""
        self.label_box = QRectF()
        self.look = WireLook()
        self.setZValue(WIRE_LEVEL)
        self.dress()

    def run(self, curve: Curve) -> bool:
        """Run along a curve; returns whether that changed anything."""
        if curve == self.curve:
            return False
        self.curve = curve
        self.sheet.changed(self)
        self.setPath(self.curve.path())
        self._place_label()
        return True

    @property
    def key(self) -> Wire:
        """What it stands for."""
        return self.wire

    def put_plainly(self, plain: Plain) -> None:
        """Put the lines that are painted of it from afar into their bundle."""
        pen = self.pen()
        plain.lines.put(self.wire, (pen.color().name(), pen.widthF(), self.opacity()), self.curve.lines())

    def set_shape(self, shape: Shape | None) -> bool:
        """Write another shape on it; returns whether the label changed."""
        self.flowing = shape  # "shape" is a method of Qt's
        label = "" if shape is None else shape.label()
        if label == self.label:
            return False
        self.label = label
        self._place_label()
        return True

    def _place_label(self) -> None:
        if not self.label:
            self.label_box = QRectF()
            self.sheet.labels.take(self.wire)
            return
        width = text.width("small-number", self.label)
        box = QRectF(0.0, 0.0, width + 6.0, 14.0)
        box.moveCenter(label_middle(self.curve, width))
        self.label_box = box
        self.sheet.labels.put(self.wire, box_of(box))

    def measure_again(self) -> None:
        """Fonts or colours changed."""
        self._place_label()
        self.dress()

    def set_look(self, **changes: bool) -> None:
        """Change how the wire is shown: selected, hovered, faded, leaving."""
        look = replace(self.look, **changes)
        if look != self.look:
            self.look = look
            self.dress()

    def dress(self) -> None:
        """Take the colour of the state from the theme."""
        theme = current()
        self.sheet.changed(self)
        if self.look.selected:
            self.setPen(_wire_pen(theme.accent, theme.stroke(3.0)))
        elif self.look.hovered:
            self.setPen(_wire_pen(theme.quiet, theme.stroke(3.0)))
        else:
            self.setPen(_wire_pen(_quiet_wire(theme.canvas, theme.quiet), theme.stroke(2.0)))
        self.setOpacity(0.25 if self.look.dim else 1.0)
