"""Painting one row of thumbnails: pixels, a line of words below, and signs of what was changed by hand.

A row is painted once into an image and then only copied to the screen, so that scrolling costs little.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPolygonF

from engine.data.image_contents import UNKNOWN, ImageContents
from engine.data.pictures.layout import GivenPart
from engine.text import printable
from gui.theme import fonts
from gui.theme.style import current
from gui.wall.sieve import Guesses, Mask

GAP, LINE, _SIGN = 8, 18, 9
LEAST_WITH_WORDS = 56
"""The side of a thumbnail, in pixels, from which on words stand below it."""
_RIGHT, _WRONG = "✓", "✗"


@dataclass(frozen=True, eq=False)
class Wall:
    """What is painted: the images, what the network says of them, and which (N) were changed by hand."""

    images: ImageContents
    guesses: Guesses
    edited: Mask

    def words(self, number: int) -> str:
        """What stands below a thumbnail: the network's prediction with a sign, or else the class."""
        label, guess = int(self.images.labels[number]), int(self.guesses.labels[number])
        if guess == UNKNOWN:
            return self.class_name(label)
        return f"{_RIGHT if guess == label else _WRONG} {self.class_name(guess)}"

    def wrong(self, numbers: NDArray[np.int64]) -> Mask:
        """For which of some images the network's prediction is known and is another class."""
        guesses = self.guesses.labels[numbers]
        found: Mask = (guesses != UNKNOWN) & (guesses != self.images.labels[numbers])
        return found

    def class_name(self, label: int) -> str:
        """The name of a class; "" for UNKNOWN."""
        return printable(self.images.classes[label]) if 0 <= label < len(self.images.classes) else ""


@dataclass(frozen=True)
class Grid:
    """``side`` is that of a thumbnail in pixels, ``columns`` how many are beside one another."""

    side: int
    columns: int

    @property
    def has_words(self) -> bool:
        return self.side >= LEAST_WITH_WORDS

    @property
    def across(self) -> int:
        """From one thumbnail to the next."""
        return self.side + GAP

    @property
    def down(self) -> int:
        """From one row to the next."""
        return self.side + GAP + (LINE if self.has_words else 0)

    @classmethod
    def within(cls, side: int, width: int) -> Grid:
        """As many columns as ``width`` pixels have room for."""
        return cls(side, max(1, (width - GAP) // (side + GAP)))

    def rows(self, count: int) -> int:
        return -(-count // self.columns)


@dataclass
class Words:
    """Words cut to the width of a thumbnail, each cut once."""

    width: int
    metrics: QFontMetrics = field(default_factory=lambda: QFontMetrics(fonts.font("caption")))
    known: dict[str, str] = field(default_factory=dict)

    def cut(self, words: str) -> str:
        found = self.known.get(words)
        if found is None:
            found = self.known[words] = self.metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.width)
        return found


def strip(wall: Wall, numbers: NDArray[np.int64], grid: Grid, words: Words, ratio: float) -> QImage:
    """The images with these numbers side by side, as they stand on the wall: of the size of a row, opaque."""
    theme = current()
    made = QImage(round(grid.columns * grid.across * ratio), round(grid.down * ratio), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(QColor(theme.canvas))
    pixels, sheet = _sheet(wall.images.images(numbers))
    height, width = wall.images.sizes[1:]
    scale = grid.side / max(height, width)
    inside = QRectF((grid.side - width * scale) / 2, (grid.side - height * scale) / 2, width * scale, height * scale)
    painter = QPainter(made)
    # What is enlarged shows its pixels, what is made smaller is averaged.
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale * ratio < 1)
    target, source = QRectF(inside), QRectF(0, 0, width, height)
    for place in range(len(numbers)):
        target.moveLeft(inside.left() + place * grid.across)
        source.moveTop(place * height)
        painter.drawImage(target, sheet, source)
    _mark(painter, wall, numbers, grid, inside)
    if grid.has_words:
        painter.setFont(fonts.font("caption"))
        for place, (number, is_wrong) in enumerate(zip(numbers.tolist(), wall.wrong(numbers).tolist(), strict=True)):
            painter.setPen(QColor(theme.error_text if is_wrong else theme.quiet))
            line = QRectF(place * grid.across, grid.side, grid.side, LINE)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words.cut(wall.words(number)))
    painter.end()
    del pixels
    return made


def _mark(painter: QPainter, wall: Wall, numbers: NDArray[np.int64], grid: Grid, inside: QRectF) -> None:
    """The signs over thumbnails, the first of which lies at ``inside``."""
    for place in np.flatnonzero(wall.images.parts[numbers] == int(GivenPart.ANY)).tolist():
        _cross(painter, inside.translated(place * grid.across, 0))
    for place in np.flatnonzero(wall.edited[numbers]).tolist():
        _corner(painter, QRectF(place * grid.across, 0, grid.side, grid.side))
    if not grid.has_words:
        for place in np.flatnonzero(wall.wrong(numbers)).tolist():
            _small_cross(painter, QRectF(place * grid.across, grid.side - _SIGN, _SIGN, _SIGN))


def _sheet(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], QImage]:
    """All of some images in one, one below the other, and the bytes that it shares: they must outlive it."""
    count, channels, height, width = images.shape
    if channels == 1:
        grey = np.ascontiguousarray(images.reshape(count * height, width))
        return grey, QImage(grey.data, width, count * height, width, QImage.Format.Format_Grayscale8)
    colour = np.ascontiguousarray(images[:, :3].transpose(0, 2, 3, 1)).reshape(count * height, width * 3)
    return colour, QImage(colour.data, width, count * height, width * 3, QImage.Format.Format_RGB888)


def _cross(painter: QPainter, place: QRectF) -> None:
    """Over what is left out."""
    theme = current()
    veil = QColor(theme.canvas)
    veil.setAlphaF(0.6)
    painter.fillRect(place, veil)
    painter.setPen(QColor(theme.text))
    painter.drawLine(place.topLeft(), place.bottomRight())
    painter.drawLine(place.topRight(), place.bottomLeft())


def _small_cross(painter: QPainter, place: QRectF) -> None:
    """Where a wrong prediction has no room for words."""
    theme = current()
    painter.fillRect(place, QColor(theme.canvas))
    painter.setPen(QPen(QColor(theme.error_text), theme.stroke(1.5)))
    inside = place.adjusted(2, 2, -2, -2)
    painter.drawLine(inside.topLeft(), inside.bottomRight())
    painter.drawLine(inside.topRight(), inside.bottomLeft())


def _corner(painter: QPainter, place: QRectF) -> None:
    """In a corner of what was changed by hand."""
    theme, size = current(), max(8.0, min(16.0, place.width() / 5))
    painter.setPen(QColor(theme.canvas))
    painter.setBrush(QColor(theme.warning))
    at = place.topRight()
    painter.drawPolygon(QPolygonF([at, QPointF(at.x() - size, at.y()), QPointF(at.x(), at.y() + size)]))
