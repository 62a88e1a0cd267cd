"""How a node looks. One function paints a whole node, on the canvas or as the ghost under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from engine.graph.advice.problems import Severity
from gui.canvas import text
from gui.canvas.node_layout import (
    BADGE_RADIUS,
    CHIP_PADDING,
    ICON,
    ICON_LEFT,
    LINE_HEIGHT,
    PADDING,
    PICTURE_TOP,
    PORT_RADIUS,
    TEXT_STEP,
    TITLE_LEFT,
    TITLE_MIDDLE,
    Face,
    NodeLayout,
)
from gui.theme import icons
from gui.theme.contrast import mix
from gui.theme.style import current
from gui.theme.tokens import RADII, Theme

FULL_DETAIL = 0.5
"""Below this zoom nodes are painted as plain blocks with a title that can be read: nothing else on them could be."""

MUTED = 0.45
"""How much is left of the badge of a layer that is bypassed."""


@dataclass(frozen=True)
class NodeLook:
    """The state a node is shown in. ``problem`` is the worst of its problems; ``count`` how many there are.

    ``cost`` is its time as a part of the slowest layer's (0: not measured), ``heavy`` whether it stands out.
    """

    selected: bool = False
    hovered: bool = False
    problem: Severity | None = None
    count: int = 0
    marked: bool = False
    cost: float = 0.0
    heavy: bool = False


PLAIN = NodeLook()


@lru_cache(maxsize=512)
def _pen(colour: str, width: float, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    if dashed:
        pen.setDashPattern([3.0, 3.0])
    return pen


@lru_cache(maxsize=512)
def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))


_mixed = lru_cache(maxsize=512)(mix)


def problem_colour(theme: Theme, severity: Severity) -> str:
    """The colour of a problem's badge."""
    return {Severity.ERROR: theme.error, Severity.WARNING: theme.warning, Severity.HINT: theme.accent}[severity]


def paint_node(
    painter: QPainter, face: Face, place: NodeLayout, look: NodeLook, scale: float, pictures: list[QImage]
) -> None:
    """Paint a node with its top left corner at the origin."""
    theme = current()
    if scale < FULL_DETAIL:
        paint_far(painter, face, place, look)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if face.block == "chip":
        _paint_chip(painter, face, place, look, theme)
        return
    _paint_body(painter, face, place, look, theme)
    if face.block == "data":
        _paint_data(painter, face, place, theme, pictures)
    elif face.block == "goal":
        _paint_goal(painter, face, place, theme)
    else:
        _paint_layer(painter, face, place, theme)
    if look.cost:
        _paint_cost(painter, place, look, theme)
    _paint_ports(painter, face, place, theme)
    if look.problem is not None:
        _paint_badge(painter, place, look, look.problem, theme)


def far_colours(face: Face, look: NodeLook, theme: Theme) -> tuple[str, str, float]:
    """Fill, edge and width of the edge of a node that is painted as a plain block."""
    colour = theme.family_colour(face.family)
    # The title on it has to be read in both kinds of theme.
    fill = theme.panel if face.bypassed else _mixed(theme.panel, colour, 0.5 if theme.dark else 0.55)
    if look.problem == Severity.ERROR:
        return fill, theme.error, 8.0
    if look.selected or look.marked:
        return fill, theme.accent, 8.0
    if face.block or look.hovered:
        return fill, colour, 4.0
    return fill, _mixed(theme.panel, colour, 0.75), 2.0


def paint_far(painter: QPainter, face: Face, place: NodeLayout, look: NodeLook) -> None:
    """Paint a node as a plain block with its top left corner at the origin."""
    theme = current()
    fill, edge, width = far_colours(face, look, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(place.body, _brush(fill))
    if look.heavy:
        painter.fillRect(far_bar(place, look), _brush(theme.warning))
    painter.setPen(_pen(edge, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.body)


def far_bar(place: NodeLayout, look: NodeLook) -> QRectF:
    """The bar on a plain block that takes longer than those beside it."""
    return QRectF(0.0, place.height - 14.0, place.width * look.cost, 14.0)


def _paint_body(painter: QPainter, face: Face, place: NodeLayout, look: NodeLook, theme: Theme) -> None:
    radius = float(RADII.node)
    # A soft edge below instead of a shadow effect, which would cost a frame.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_brush(_mixed(theme.canvas, theme.text if not theme.dark else theme.window, 0.07)))
    painter.drawRoundedRect(place.body.translated(0.0, 1.5), radius, radius)
    edge, width = theme.quiet if face.bypassed else theme.border, 1.0
    if face.stacked:
        edge = mix(theme.panel, theme.family_colour(face.family), 0.7)
        _paint_stack(painter, place, edge, theme)
    if face.block:
        edge, width = theme.family_colour(face.family), 1.5
    if look.hovered:
        edge = edge if face.block else theme.faint
    if look.problem == Severity.ERROR:
        edge, width = theme.error, 1.5
    if look.selected or look.marked:
        edge, width = theme.accent, 2.0
    painter.setBrush(_brush(theme.panel))
    painter.setPen(_pen(edge, theme.stroke(width), face.bypassed))
    painter.drawRoundedRect(place.body, radius, radius)


def _paint_stack(painter: QPainter, place: NodeLayout, edge: str, theme: Theme) -> None:
    """The edges of two more nodes behind a block."""
    radius = float(RADII.node)
    painter.setPen(_pen(edge, 1.0))
    painter.setBrush(_brush(mix(theme.canvas, theme.panel, 0.5)))
    for step in (2, 1):
        sheet = place.body.adjusted(7.0 * step, -4.0 * step, -7.0 * step, -20.0)
        painter.drawRoundedRect(sheet, radius, radius)


def _write(painter: QPainter, role: str, colour: str, x: float, middle: float, words: str) -> None:
    """Write lines; the middle of the first one's letters lies at ``middle``."""
    painter.setFont(text.face(role))
    painter.setPen(_pen(colour, 1.0))
    measured = text.metrics(role)
    base = middle + (measured.ascent() - measured.descent()) / 2
    for number, line in enumerate(words.split("\n")):
        painter.drawText(QPointF(x, base + TEXT_STEP * number), line)


def chip_fill(theme: Theme, family: str) -> str:
    """The ground of a chip, light enough in both kinds of theme for its name to be read."""
    return _mixed(theme.panel, theme.family_colour(family), 0.16)


def _paint_chip(painter: QPainter, face: Face, place: NodeLayout, look: NodeLook, theme: Theme) -> None:
    """A layer in the node that it is snapped onto: a pill of its family's colour with its name."""
    colour, body = theme.family_colour(face.family), place.body
    fill = theme.panel if face.bypassed else chip_fill(theme, face.family)
    edge, width = theme.quiet if face.bypassed else _mixed(theme.panel, colour, 0.6), 1.0
    if look.problem == Severity.ERROR:
        edge, width = theme.error, 1.5
    if look.selected or look.marked:
        edge, width = theme.accent, 2.0
    elif look.hovered:
        edge = theme.quiet
    radius = body.height() / 2
    painter.setBrush(_brush(fill))
    painter.setPen(_pen(edge, theme.stroke(width), face.bypassed))
    painter.drawRoundedRect(body, radius, radius)
    ink = theme.quiet if face.bypassed else theme.text
    _write(painter, "small", ink, body.left() + CHIP_PADDING, body.center().y(), place.title)
    if face.frozen or face.noted:
        box = QRectF(body.right() - CHIP_PADDING - 11.0, body.center().y() - 6.0, 12.0, 12.0)
        icons.paint_icon(painter, "lock" if face.frozen else "note", box, theme.quiet)
    if look.cost:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_brush(theme.warning if look.heavy else _mixed(theme.panel, theme.quiet, 0.4)))
        room = body.width() - 2 * radius
        painter.drawRect(QRectF(body.left() + radius, body.bottom() - 2.0, max(2.0, room * look.cost), 2.0))
    if look.problem is not None:
        _paint_badge(painter, place, look, look.problem, theme)


def _paint_layer(painter: QPainter, face: Face, place: NodeLayout, theme: Theme) -> None:
    # A layer that is bypassed steps back by its badge and its edge; its words stay as easy to read.
    opacity = painter.opacity()
    painter.setOpacity(opacity * (MUTED if face.bypassed else 1.0))
    icons.paint_family(painter, face.family, QRectF(ICON_LEFT, place.title_middle - ICON / 2, ICON, ICON))
    painter.setOpacity(opacity)
    ink = theme.quiet if face.bypassed else theme.text
    _write(painter, "strong", ink, TITLE_LEFT, place.title_middle, place.title)
    if place.detail:
        role = "number" if face.detail_is_name else "small"
        _write(painter, role, theme.quiet, PADDING, place.detail_middle, place.detail)
    if face.noted:
        box = QRectF(place.width - PADDING - 13.0, place.detail_middle - 7.0, 14.0, 14.0)
        icons.paint_icon(painter, "note", box, theme.quiet)
    if face.frozen:
        box = QRectF(place.width - PADDING - 13.0, place.title_middle - 7.0, 14.0, 14.0)
        icons.paint_icon(painter, "lock", box, theme.quiet)


def _paint_data(painter: QPainter, face: Face, place: NodeLayout, theme: Theme, pictures: list[QImage]) -> None:
    _write(painter, "strong", theme.text, PADDING, TITLE_MIDDLE - 1.0, place.title)
    if face.aside:
        beside = place.top == PICTURE_TOP
        x = place.width - PADDING - text.width("number", face.aside) if beside else PADDING
        level = TITLE_MIDDLE - 1.0 if beside else place.top - PICTURE_TOP + TITLE_MIDDLE + 2.0
        _write(painter, "number", theme.quiet, x, level, face.aside)
    for cell, picture in zip(place.picture_cells(), pictures, strict=False):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_brush(theme.field))
        painter.drawRoundedRect(cell, 3.0, 3.0)
        inner = cell.adjusted(1.0, 1.0, -1.0, -1.0)
        size = picture.size().scaled(int(inner.width()), int(inner.height()), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0.0, 0.0, size.width(), size.height())
        box.moveCenter(cell.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, picture)
    top = place.top + (place.cell + 4.0 if place.cell else -2.0)
    for k, (_label, line) in enumerate(place.lines):
        _write(painter, "small", theme.quiet, PADDING, top + LINE_HEIGHT * (k + 0.5), line)


def _paint_goal(painter: QPainter, face: Face, place: NodeLayout, theme: Theme) -> None:
    _write(painter, "strong", theme.text, PADDING, TITLE_MIDDLE - 1.0, place.title)
    for k, (_label, value) in enumerate(place.lines):
        _write(painter, "small", theme.quiet, PADDING, PICTURE_TOP + LINE_HEIGHT * (k + 0.5), value)


def _paint_cost(painter: QPainter, place: NodeLayout, look: NodeLook, theme: Theme) -> None:
    """A bar along the lower edge, as long as the layer takes; warm where it stands out from those beside it."""
    left, room = float(RADII.node), place.width - 2 * RADII.node
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_brush(theme.warning if look.heavy else _mixed(theme.panel, theme.quiet, 0.4)))
    painter.drawRoundedRect(QRectF(left, place.height - 5.0, max(3.0, room * look.cost), 3.0), 1.5, 1.5)


def _paint_ports(painter: QPainter, face: Face, place: NodeLayout, theme: Theme) -> None:
    painter.setPen(_pen(theme.family_colour(face.family), theme.stroke(2.0)))
    painter.setBrush(_brush(theme.panel))
    for _name, point in place.inputs:
        painter.drawEllipse(point, PORT_RADIUS, PORT_RADIUS)
    if place.output is not None:
        painter.drawEllipse(place.output, PORT_RADIUS, PORT_RADIUS)


def _paint_badge(painter: QPainter, place: NodeLayout, look: NodeLook, problem: Severity, theme: Theme) -> None:
    colour = problem_colour(theme, problem)
    painter.setPen(_pen(theme.canvas, 2.0))
    painter.setBrush(_brush(colour))
    painter.drawEllipse(place.badge, BADGE_RADIUS, BADGE_RADIUS)
    sign = str(min(look.count, 9)) if look.count > 1 else "i" if problem == Severity.HINT else "!"
    # The sign must stand out from the badge, whichever of the two inks does so better on this colour.
    ink = "#FFFFFF" if not theme.dark and problem != Severity.WARNING else "#15181C"
    painter.setFont(text.face("badge"))
    painter.setPen(_pen(ink, 1.0))
    box = QRectF(0.0, 0.0, 2 * BADGE_RADIUS, 2 * BADGE_RADIUS)
    box.moveCenter(place.badge)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
