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
from gui.canvas.batched_paint import Plain
from gui.canvas.node_layout import BADGE_RADIUS, Face, NodeLayout, chip_layout, layout
from gui.canvas.painting import FULL_DETAIL, PLAIN, NodeLook, far_bar, far_colours, paint_far, paint_node
from gui.canvas.shared_state import Sheet
from gui.canvas.spatial_index import box_of
from gui.canvas.wire_curve import Curve, label_middle
from gui.theme.contrast import mix
from gui.theme.style import current

WIRE_LEVEL, NODE_LEVEL, RAISED_LEVEL, INNER_LEVEL = 0.0, 1.0, 2.0, 3.0
CHIP_ABOVE = 0.5
"""How far above the node that it is snapped onto a chip lies."""
FADED = 0.28
"""How much is left of what steps back, so that other things stand out."""


class NodeItem(QGraphicsRectItem):
    """A node as painted. What it shows is handed to it; it asks nothing and knows no drawing."""

    def __init__(self, id: str, sheet: Sheet) -> None:
        super().__init__()
        self.id = id
        self.sheet = sheet
        self.face: Face | None = None
        self.look: NodeLook = PLAIN
        self.pictures: list[QImage] = []
        self.place: NodeLayout
        self.version = 0
        """A number that grows whenever the node looks other than it did."""
        self.host: NodeItem | None = None
        """The node that it is snapped onto, with others perhaps; None when it stands by itself."""
        self.tail = id
        """The layer whose output leaves the node here: the last of those that are snapped onto it."""
        self._number = 0
        """Which of the chips in its host it is, from 0."""
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setZValue(NODE_LEVEL)

    def show_face(self, face: Face, pictures: list[QImage]) -> bool:
        """Show another face; returns whether ports may have moved."""
        self.pictures = pictures if face.block == "data" else []
        if face == self.face and self.host is None:
            return False
        self.host = None
        return self._show(face, layout(face, text.width, text.shortened))

    def show_chip(self, face: Face, host: NodeItem, number: int) -> bool:
        """Show it as a chip in the node that it is snapped onto; returns whether ports may have moved."""
        place = chip_layout(face, host.place, number, text.width, text.shortened)
        if face == self.face and host is self.host and place == self.place:
            return False
        self.host, self._number = host, number
        return self._show(face, place)

    def _show(self, face: Face, place: NodeLayout) -> bool:
        moved = self.face is None or place != self.place
        self.face, self.place = face, place
        if self.rect() != place.bounds:
            self.setRect(place.bounds)
        self.find_level()
        self._looks_other()
        return moved

    def find_level(self) -> None:
        """Lie above others while selected, and above the node that it is snapped onto."""
        raised = self.host is not None and self.host.look.selected
        level = RAISED_LEVEL if raised or self.look.selected else NODE_LEVEL
        self.setZValue(level if self.host is None else level + CHIP_ABOVE)

    def _looks_other(self) -> None:
        self.version += 1
        self.sheet.changed(self)
        self.update()

    def measure_again(self) -> None:
        """Fonts or colours changed. What is snapped onto others is measured after those."""
        if self.face is not None:
            if self.host is None:
                self.place = layout(self.face, text.width, text.shortened)
            else:
                self.place = chip_layout(self.face, self.host.place, self._number, text.width, text.shortened)
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
            self.look = replace(self.look, **changes)  # type: ignore[arg-type]
            self.find_level()
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
        if self.host is None:
            above_chips = min((cell.top() for cell in self.place.chips), default=body.height())
            room = QRectF(body.x(), body.y(), body.width(), above_chips)
            plain.titles[self.id] = (self.face.title, room, self.opacity())
        else:
            plain.titles.pop(self.id, None)
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
        if self.host is not None and self.pos() != self.host.pos():  # it is being taken off
            return self.pos() + QPointF(self.place.body.right(), self.place.body.center().y())
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
        self.inner = False
        """Whether it runs within a node, to a layer that is snapped onto it: it is then shown while selected only."""
        self._above: float | None = None
        """The top of the higher one of the nodes that it runs between."""
        self.look = WireLook()
        self.setZValue(WIRE_LEVEL)
        self.dress()

    def run(self, curve: Curve, above: float | None = None, *, inner: bool = False) -> bool:
        """Run along a curve; returns whether that changed anything.

        ``above``: the top of the higher one of the nodes at its ends. ``inner``: whether they are one box.
        """
        if curve == self.curve and inner == self.inner and above == self._above:
            return False
        self.curve, self._above = curve, above
        if inner != self.inner:
            self.inner = inner
            self.setZValue(INNER_LEVEL if inner else WIRE_LEVEL)
            self._find_visible()
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
        if self.inner and not self.look.selected:
            plain.lines.take(self.wire)
            return
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
        if not self.label or self.inner:
            self.label_box = QRectF()
            self.sheet.labels.take(self.wire)
            return
        width = text.width("number", self.label)
        box = QRectF(0.0, 0.0, width + 6.0, 14.0)
        box.moveCenter(label_middle(self.curve, width, self._above))
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
            self._find_visible()
            self.dress()

    def _find_visible(self) -> None:
        self.setVisible(not self.inner or self.look.selected)

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
