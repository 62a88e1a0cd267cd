"""Ink as values, and how it is painted: smooth, and piece by piece, so that long strokes stay cheap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

SIDE = 280.0
"""The pad is 280 x 280 units, x to the right and y downwards, however large it is on the screen."""
PEN = 18.0
"""Width of the pen in pad units at medium pressure."""


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen, from touching down to lifting: points in pad units, and the width at each."""

    points: tuple[tuple[float, float], ...]
    widths: tuple[float, ...]

    @staticmethod
    def from_points(points: Iterable[Sequence[float]]) -> Stroke:
        """A stroke of even width; ValueError unless every point is two finite numbers."""
        kept = []
        for point in points:
            x, y = (float(value) for value in point)
            if not (math.isfinite(x) and math.isfinite(y)):
                raise ValueError(f"A point of a drawing must be two finite numbers, but one is ({x}, {y}).")
            kept.append((x, y))
        return Stroke(tuple(kept), (PEN,) * len(kept))

    def comes_near(self, x: float, y: float, distance: float) -> bool:
        """Whether any point of the stroke lies within ``distance`` pad units of (x, y)."""
        return any(math.hypot(px - x, py - y) <= distance for px, py in self.points)


def width_of(pressure: float) -> float:
    """Pen width in pad units for a pressure from 0 to 1; a mouse and a finger press with 0.5."""
    return PEN * (0.6 + 0.8 * min(max(pressure, 0.0), 1.0))


def paint_piece(painter: QPainter, stroke: Stroke, index: int, colour: QColor) -> QRectF:
    """Paint the piece of a stroke that became certain with point ``index``; returns what it may have covered.

    Between the middles of neighbouring sides runs a quadratic curve with the point between them as its control: it
    needs no point of the future but the last, and never has a corner. Coordinates are pad units.
    """
    points = stroke.points
    width = stroke.widths[index]
    if index == 0:
        return _paint(painter, None, points[0], width, colour)
    last, here = points[index - 1], points[index]
    middle = _middle(last, here)
    path = QPainterPath()
    if index == 1:
        path.moveTo(*last)
        path.lineTo(*middle)
    else:
        path.moveTo(*_middle(points[index - 2], last))
        path.quadTo(*last, *middle)
    return _paint(painter, path, here, (width + stroke.widths[index - 1]) / 2, colour)


def paint_tail(painter: QPainter, stroke: Stroke, colour: QColor) -> QRectF:
    """Paint the straight rest from the last certain middle to the last point."""
    if len(stroke.points) < 2:
        return QRectF()
    last, here = stroke.points[-2:]
    path = QPainterPath()
    path.moveTo(*_middle(last, here))
    path.lineTo(*here)
    return _paint(painter, path, here, stroke.widths[-1], colour)


def paint_stroke(painter: QPainter, stroke: Stroke, colour: QColor) -> None:
    """Paint a whole stroke as it looks when it was drawn piece by piece."""
    for index in range(len(stroke.points)):
        paint_piece(painter, stroke, index, colour)
    paint_tail(painter, stroke, colour)


def _middle(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _paint(
    painter: QPainter, path: QPainterPath | None, at: tuple[float, float], width: float, colour: QColor
) -> QRectF:
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if path is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(*at), width / 2, width / 2)
        covered = QRectF(at[0], at[1], 0.0, 0.0)
    else:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        covered = path.controlPointRect()
    reach = width / 2 + 2
    return covered.adjusted(-reach, -reach, reach, reach)
