"""A bar of the parts that rows are divided into, with boundaries that one moves by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from gui.plain_text import plain_tip
from gui.theme.contrast import mix
from gui.theme.style import current, notifier
from gui.theme.tokens import Theme

_HEIGHT, _BELOW = 18, 14
"""Of the bar, and how far a boundary reaches below it, in pixels."""
_GRIP, _KNOB = 14, 9
"""The width that takes the mouse at a boundary, and that of what is painted there."""
_LEAST = 5.0
"""The width of a part that there is little of."""
_GAP = 2.0


@dataclass(frozen=True)
class Segment:
    """A part of the bar: its ``width`` as a part of the whole, how it is painted, and what it says under the mouse.

    ``look``: "train", "validation", "test", or "" for what is not known.
    """

    width: float
    look: str
    tip: str = ""


def segment_colour(look: str, theme: Theme) -> str:
    """The hue of a part: that of training and validation everywhere, and one of its own for the test."""
    hues = {"train": theme.training, "validation": theme.validation, "test": theme.family_colour("data")}
    return hues.get(look, theme.border)


def paint_segment(painter: QPainter, room: QRectF, look: str, theme: Theme) -> None:
    """Fill ``room`` as a part is painted: plain, in stripes or in dots, so that it is not told by its hue alone."""
    colour = QColor(segment_colour(look, theme))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(room, 2, 2)
    marks = {"validation": Qt.BrushStyle.BDiagPattern, "test": Qt.BrushStyle.Dense6Pattern}.get(look)
    if marks is not None:
        painter.setBrush(QBrush(QColor(mix(colour.name(), theme.panel, 0.72)), marks))
        painter.drawRoundedRect(room, 2, 2)


def pixel_edges(widths: Sequence[float], length: float) -> list[float]:
    """Where parts begin and the last one ends on a bar ``length`` pixels long; what is there is wide enough to see."""
    pixels = [max(_LEAST, width * length) if width > 0 else 0.0 for width in widths]
    widest = max(range(len(pixels)), key=pixels.__getitem__, default=0)
    if pixels:
        pixels[widest] -= sum(pixels) - length
    edges = [0.0]
    for width in pixels:
        edges.append(edges[-1] + width)
    return edges


class Boundary(QAbstractSlider):
    """What one moves between two parts. Its value is a share in percent, which assistive technology reads and sets.

    ``stepped(percent)`` tells by how much it is to move to the right, ``dragged(x)`` to where on the bar, ``dropped``
    that it was let go, ``cancelled`` that it is to be as before, ``left`` that the keyboard is elsewhere.
    """

    stepped = Signal(int)
    dragged = Signal(float)
    dropped = Signal()
    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget, *, rightwards: bool) -> None:
        super().__init__(parent)
        self._rightwards = rightwards
        """Whether the value grows to the right."""
        self._held_at: float | None = None
        self._hovered = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._showing, self._before = False, 0
        self.valueChanged.connect(self._set)

    @property
    def held(self) -> bool:
        """Whether it is being dragged."""
        return self._held_at is not None

    def show_value(self, value: int, low: int, high: int) -> None:
        """Have a value, in bounds, without saying that it was moved."""
        self._showing = True
        self.setRange(low, high)
        self.setValue(value)
        self._showing = False

    @Slot(int)
    def _set(self, value: int) -> None:
        """Assistive technology has set a value."""
        if not self._showing:
            self.stepped.emit(value - self._before if self._rightwards else self._before - value)
        self._before = value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.held:
            self._held_at = None
            self.cancelled.emit()
            return
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_Home: -100,
            Qt.Key.Key_End: 100,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or self.held:
            event.ignore()
        else:
            self.stepped.emit(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held_at = event.position().x()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held_at is not None:
            self.dragged.emit(self.mapToParent(event.position()).x() - self._held_at + self.width() / 2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held_at is not None:
            self._held_at = None
            self.dropped.emit()
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling a panel must not edit

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.hasFocus() or self.held
        width = 2.0 if strong else float(theme.edge)
        top, bottom, middle = _HEIGHT + 2.0, self.height() - width / 2, self.width() / 2
        side = _KNOB / 2
        knob = QPolygonF(
            [
                QPointF(middle, top),
                QPointF(middle + side, top + side),
                QPointF(middle + side, bottom),
                QPointF(middle - side, bottom),
                QPointF(middle - side, top + side),
            ]
        )
        painter.setPen(QPen(QColor(theme.text if strong else theme.quiet), width))
        painter.setBrush(QColor(theme.accent if strong else theme.pressed if self._hovered else theme.panel))
        painter.drawPolygon(knob)


class SplitBar(QWidget):
    """Segments side by side, and boundaries behind the first and before the last, where they can be moved.

    ``stepped(boundary, percent)``, ``dragged(boundary, place 0 … 1)``, ``dropped``, ``cancelled`` and ``left`` are
    those of the boundaries.
    """

    stepped = Signal(int, int)
    dragged = Signal(int, float)
    dropped = Signal()
    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None, *, fixed: bool = False, aligned: bool = False) -> None:
        """``fixed``: one only looks at it; ``aligned``: it stands below one that is not, and begins where that does."""
        super().__init__(parent)
        self._height = _HEIGHT - 6 if fixed else _HEIGHT + _BELOW
        self._thick = self._height if fixed else _HEIGHT
        self._inset = 0.0 if fixed and not aligned else _GRIP / 2
        self._segments: tuple[Segment, ...] = ()
        self.boundaries = (Boundary(self, rightwards=True), Boundary(self, rightwards=False))
        steps: tuple[Callable[[int], None], ...] = (self._first_stepped, self._second_stepped)
        drags: tuple[Callable[[float], None], ...] = (self._first_dragged, self._second_dragged)
        for boundary, step, drag in zip(self.boundaries, steps, drags, strict=True):
            boundary.stepped.connect(step)
            boundary.dragged.connect(drag)
            boundary.dropped.connect(self.dropped)
            boundary.cancelled.connect(self.cancelled)
            boundary.left.connect(self.left)
            boundary.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        notifier().changed.connect(self.update)

    @property
    def held(self) -> bool:
        """Whether a boundary is being dragged."""
        return any(boundary.held for boundary in self.boundaries)

    def sizeHint(self) -> QSize:
        return QSize(200, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._height)

    def show_segments(self, segments: Sequence[Segment], movable: tuple[bool, bool]) -> None:
        """Show parts from the left; ``movable`` says which of the two boundaries of three parts there are."""
        self._segments = tuple(segments)
        for boundary, shown in zip(self.boundaries, movable, strict=True):
            boundary.setVisible(shown)
        self._place()
        self.update()

    def segment_at(self, x: float) -> Segment | None:
        """The part under ``x``, in pixels of the widget."""
        edges = self._edges()
        for segment, begin, end in zip(self._segments, edges, edges[1:], strict=False):
            if segment.width > 0 and begin <= x < end:
                return segment
        return None

    def centre_of(self, place: int) -> QPointF:
        """The middle of a part, in pixels of the widget."""
        edges = self._edges()
        return QPointF((edges[place] + edges[place + 1]) / 2, self._thick / 2)

    def _edges(self) -> list[float]:
        inset = self._inset
        edges = pixel_edges([segment.width for segment in self._segments], max(1.0, self.width() - 2 * inset))
        return [inset + edge for edge in edges]

    def _place(self) -> None:
        if len(self._segments) < 2:
            return
        edges = self._edges()
        first, second = edges[1], edges[-2]
        both = all(not boundary.isHidden() for boundary in self.boundaries)
        if both and second - first < _GRIP:  # neither is to lie under the other
            middle = min(max((first + second) / 2, _GRIP), self.width() - _GRIP)
            first, second = middle - _GRIP / 2, middle + _GRIP / 2
        for boundary, x in zip(self.boundaries, (first, second), strict=True):
            boundary.setGeometry(round(x - _GRIP / 2), 0, _GRIP, self.height())
            boundary.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            segment = self.segment_at(event.pos().x())
            QToolTip.showText(event.globalPos(), plain_tip(segment.tip) if segment is not None else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, edges = current(), self._edges()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for segment, begin, end in zip(self._segments, edges, edges[1:], strict=False):
            if segment.width <= 0:
                continue
            gap = _GAP if end < edges[-1] else 0.0
            room = QRectF(begin, 0, max(1.0, end - begin - gap), self._thick)
            paint_segment(painter, room, segment.look, theme)

    def _place_of(self, x: float) -> float:
        return (x - self._inset) / max(1.0, self.width() - 2 * self._inset)

    @Slot(int)
    def _first_stepped(self, percent: int) -> None:
        self.stepped.emit(0, percent)

    @Slot(int)
    def _second_stepped(self, percent: int) -> None:
        self.stepped.emit(1, percent)

    @Slot(float)
    def _first_dragged(self, x: float) -> None:
        self.dragged.emit(0, self._place_of(x))

    @Slot(float)
    def _second_dragged(self, x: float) -> None:
        self.dragged.emit(1, self._place_of(x))
