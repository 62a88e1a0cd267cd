"""How a prediction changes along one column: a curve for numbers, a bar a category, and where training samples lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.data.fields import DataField
from engine.data.tables.seen import ColumnSeen, value_text
from engine.data.tables.sweep import Sweep
from engine.number_text import rounded
from engine.reports.figures import probability
from engine.text import printable
from gui import theme
from gui.painted_bars import paint_bars
from gui.plots.ranges import around
from gui.plots.ticks import even
from gui.theme.contrast import mix

Floats = NDArray[np.float64]
_LINE, _BAND, _TICKS = 16, 14, 4
_BAR = 22
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BACK, _ON = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)


class AnswerCurve(QWidget):
    """``picked(step)`` tells which value was clicked, or dragged to, by its number in the sweep."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._seen = DataField(""), ColumnSeen("")
        self.sweep: Sweep | None = None
        self.values: Floats | None = None
        """The prediction at each step; None while it is not known."""
        self.at_now: float | None = None
        """The prediction of the row itself."""
        self._title, self._is_probability = "", False
        self.setAccessibleName("Prediction along the column")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.notifier().changed.connect(self.update)

    def show_sweep(self, field: DataField, seen: ColumnSeen, found: Sweep | None) -> None:
        """Show the axis of another column, or another value of it; the curve stays where the steps are the same."""
        same = found is not None and self.sweep is not None and found.texts == self.sweep.texts
        if not same or field != self._field:
            self.values = self.at_now = None
        self._field, self._seen, self.sweep = field, seen, found
        self.setMinimumHeight(self.sizeHint().height())
        self._describe()
        self.update()

    def show_values(self, title: str, values: Floats | None, at_now: float | None, *, is_probability: bool) -> None:
        """Show a prediction called ``title`` at each step, and the one of the row; None while it is not known."""
        self._title, self._is_probability = title, is_probability
        self.values, self.at_now = values, at_now
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        found = self.sweep
        if found is not None and found.labels:
            return QSize(200, _LINE + _BAR * len(found.labels) + 4)
        return QSize(200, 116)

    def written(self, value: float) -> str:
        """A prediction as it is read."""
        return probability(value) if self._is_probability else rounded(value)

    def _describe(self) -> None:
        found, values = self.sweep, self.values
        if found is None or values is None or not len(values):
            self.setAccessibleDescription("")
            return
        ends = [self.written(float(values[at])) for at in (0, -1)]
        names = found.labels or found.texts
        words = f"{self._title}: {ends[0]} at {printable(names[0])}, {ends[1]} at {printable(names[-1])}"
        self.setAccessibleDescription(words)

    # Places

    def _room(self) -> QRectF:
        """Where the curve is drawn: with the numbers of the axes left of it and below."""
        metrics = QFontMetricsF(theme.font("caption"))
        left = max([metrics.horizontalAdvance(self._tick(tick)) for tick in self._ticks()] or [24.0]) + 8
        low, high = _LINE + 2.0, self.height() - 2.0 * _LINE - _BAND
        return QRectF(left, low, max(1.0, self.width() - left - 8), max(1.0, high - low))

    def _range(self) -> tuple[float, float]:
        if self._is_probability:
            return 0.0, 1.0
        values = self.values
        finite = np.empty(0) if values is None else values[np.isfinite(values)]
        return around(finite) if len(finite) else (0.0, 1.0)

    def _ticks(self) -> list[float]:
        return [0.0, 0.5, 1.0] if self._is_probability else even(*self._range(), _TICKS)[1]

    def _tick(self, value: float) -> str:
        return f"{value:.0%}".replace("%", " %") if self._is_probability else rounded(value)

    def _reach(self) -> tuple[float, float]:
        assert self.sweep is not None
        return self.sweep.places[0], self.sweep.places[-1]

    def x_of(self, place: float) -> float:
        """Where a value lies, in pixels."""
        (low, high), room = self._reach(), self._room()
        return room.left() + room.width() * (place - low) / ((high - low) or 1.0)

    def _y_of(self, value: float) -> float:
        (low, high), room = self._range(), self._room()
        return room.bottom() - room.height() * (value - low) / ((high - low) or 1.0)

    def step_at(self, point: QPointF) -> int | None:
        """Which step is at a point; None for none."""
        found = self.sweep
        if found is None:
            return None
        if found.labels:
            row = int((point.y() - _LINE) // _BAR)
            return row if 0 <= row < len(found.labels) and point.y() >= _LINE else None
        return min(range(len(found.places)), key=lambda at: abs(self.x_of(found.places[at]) - point.x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        step = self.step_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if step is not None:
            self.picked.emit(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.sweep
        step = self.step_at(event.position())
        if found is not None and not found.labels and step is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.picked.emit(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found, key = self.sweep, Qt.Key(event.key())
        if found is None or key not in (*_BACK, *_ON):
            super().keyPressEvent(event)
            return
        step = found.step
        moved = 0 if step is None else step + (1 if key in _ON else -1)
        if 0 <= moved < len(found.texts):
            self.picked.emit(moved)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        found = self.sweep
        if found is None:
            return
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        colours = theme.current()
        painter.setPen(QColor(colours.quiet))
        top = QRectF(0, 0, self.width(), _LINE)
        middle, width = Qt.TextElideMode.ElideMiddle, self.width() // 2
        words = painter.fontMetrics().elidedText(printable(self._title), middle, width)
        on_left = found.labels or found.now is None or self.x_of(found.now) > self.width() / 2
        side = Qt.AlignmentFlag.AlignLeft if on_left else Qt.AlignmentFlag.AlignRight
        painter.drawText(top, side | Qt.AlignmentFlag.AlignVCenter, words)
        if found.labels:
            self._paint_bars(painter, found)
        else:
            self._paint_axes(painter, found)
            self._paint_curve(painter, found)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _paint_axes(self, painter: QPainter, found: Sweep) -> None:
        colours, room = theme.current(), self._room()
        for tick in self._ticks():
            y = self._y_of(tick)
            painter.setPen(QPen(QColor(colours.hairline), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(QColor(colours.quiet))
            place = QRectF(0, y - _LINE / 2, room.left() - 6, _LINE)
            painter.drawText(place, _RIGHT, self._tick(tick))
        # Where training samples lie, beneath: a network extrapolates where there are none.
        if self._seen.has_range and self._seen.counts:
            first, last = self.x_of(self._seen.low), self.x_of(self._seen.high)
            band = QRectF(first, room.bottom() + 2, last - first, _BAND - 2)
            paint_bars(painter, band, self._seen.counts, mix(colours.panel, colours.quiet, 0.55))
        low, high = self._reach()
        line = QRectF(room.left(), room.bottom() + _BAND, room.width(), _LINE)
        painter.setPen(QColor(colours.quiet))
        ends = [value_text(self._field, low), value_text(self._field, high)]
        painter.drawText(line, _LEFT, ends[0])
        painter.drawText(line, _RIGHT, ends[1])
        name = QRectF(room.left(), line.bottom(), room.width(), _LINE)
        words = painter.fontMetrics().elidedText(
            printable(self._field.shown), Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_curve(self, painter: QPainter, found: Sweep) -> None:
        colours, room, values = theme.current(), self._room(), self.values
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if values is not None and len(values) == len(found.places):
            low, high = self._seen.low, self._seen.high
            for inside in (False, True):
                pen = QPen(QColor(colours.accent), 1.5)
                if not inside:
                    pen.setStyle(Qt.PenStyle.DotLine)  # nothing was learned there
                painter.setPen(pen)
                line = QPolygonF()
                for place, value in zip(found.places, values.tolist(), strict=True):
                    if np.isfinite(value) and (not inside or low <= place <= high):
                        line.append(QPointF(self.x_of(place), self._y_of(value)))
                painter.drawPolyline(line)
        if found.now is None:
            return
        x = self.x_of(found.now)
        painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + _BAND))
        if self.at_now is not None and np.isfinite(self.at_now):
            y = self._y_of(self.at_now)
            painter.setPen(QPen(QColor(colours.panel), 2))
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(QPointF(x, y), 5, 5)
        painter.setPen(QColor(colours.text))
        shown = value_text(self._field, found.now)
        value = "" if self.at_now is None else f": {self.written(self.at_now)}"
        words, metrics = f"{shown}{value}", painter.fontMetrics()
        width = metrics.horizontalAdvance(words)
        left = min(max(room.left(), x - width / 2), room.right() - width)
        painter.fillRect(QRectF(left - 3, 0, width + 6, _LINE), QColor(colours.panel))
        painter.drawText(QRectF(left, 0, width + 2, _LINE), _LEFT, words)

    def _paint_bars(self, painter: QPainter, found: Sweep) -> None:
        colours, width, values = theme.current(), float(self.width()), self.values
        low, high = self._range()
        base = max(low, min(0.0, high))
        name_room, number_room = width * 0.34, width * 0.18
        room = QRectF(name_room + 6, 0, max(1.0, width - name_room - number_room - 14), 0)
        most = max(self._seen.counts, default=0)
        for at, label in enumerate(found.labels):
            y = _LINE + at * _BAR
            is_now = found.now == at
            painter.setFont(theme.font("small"))
            font = painter.font()
            font.setBold(is_now)
            painter.setFont(font)
            painter.setPen(QColor(colours.text))
            words = f"{'▸ ' if is_now else ''}{printable(label)}"
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(name_room))
            painter.drawText(QRectF(0, y, name_room, _BAR), _LEFT, words)
            if values is not None and at < len(values) and np.isfinite(values[at]):
                span = (high - low) or 1.0
                x0, x1 = (room.left() + room.width() * (value - low) / span for value in (base, float(values[at])))
                colour = colours.accent if is_now else mix(colours.panel, colours.accent, 0.55)
                painter.fillRect(QRectF(min(x0, x1), y + 4, max(1.0, abs(x1 - x0)), _BAR - 12), QColor(colour))
                place = QRectF(width - number_room, y, number_room, _BAR)
                painter.drawText(place, _RIGHT, self.written(float(values[at])))
            if most and at < len(self._seen.counts):  # how many training samples have it
                share = room.width() * self._seen.counts[at] / most
                colour = mix(colours.panel, colours.quiet, 0.55)
                painter.fillRect(QRectF(room.left(), y + _BAR - 6, max(1.0, share), 2), QColor(colour))

