"""Painting the diagram when zoomed out: all of it in a few calls, whatever its size.

Below ``FULL_DETAIL`` nothing on a node could be read but its title, and everything is in view at once. Item by item
a thousand nodes take several frames; as a few bundles of rectangles and lines (``batched_paint.py``) they take a part
of one. What they come to, with the ground, is kept as a picture: as long as nothing changes and the zoom stays, a frame
shows a piece of it, and moving the view costs next to nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from engine.graph.layers import kinds
from gui.canvas import backdrop, text
from gui.canvas.node_layout import LAYER_HEIGHT
from gui.canvas.notes.item import NoteItem
from gui.canvas.scene import CanvasScene
from gui.theme.style import current

MOST_TITLES = 150
"""In a drawing of more nodes than this no titles are written from afar: it would take too long."""
LEAST_HEIGHT = 10
"""In a lower box, in pixels, nothing is written: it would not be seen."""
AXES = re.compile(r"(?<=[a-z])[123]d$")
WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[^A-Z\s_]+|[A-Z]")
SMALLEST_TITLE, LARGEST_TITLE = 8, 11
"""In pixels of the screen."""
ROUND_ABOUT = 240
"""How far beyond the view the picture reaches, in pixels, once the view has moved over it."""


class Afar:
    """Paints a scene that is zoomed out."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._picture = QPixmap()
        self._shows: tuple[object, ...] | None = None
        """What the picture shows: the version of the scene, theme, zoom and pixels a point."""
        self._covers = QRect()
        """The part of the canvas on the picture, in pixels of the zoomed canvas."""

    def paint(self, painter: QPainter, view: QTransform, seen: QRect) -> None:
        """Paint ground, wires, nodes and notes on a view, all of which is ``seen``.

        ``view`` leads from the canvas to it: a zoom and whole pixels.
        """
        ratio, offset = painter.device().devicePixelRatioF(), QPoint(round(view.dx()), round(view.dy()))
        shows = (self._scene.sheet.version, current(), view.m11(), ratio)
        wanted = seen.translated(-offset)
        if shows != self._shows or not self._covers.contains(wanted):
            room = ROUND_ABOUT if shows == self._shows else 0
            self._shows, self._covers = shows, wanted.adjusted(-room, -room, room, room)
            self._take_picture(view.m11(), ratio)
        painter.drawPixmap(self._covers.topLeft() + offset, self._picture)

    def _take_picture(self, scale: float, ratio: float) -> None:
        size = self._covers.size() * ratio
        if self._picture.size() != size:
            self._picture = QPixmap(size)
        self._picture.setDevicePixelRatio(ratio)
        painter = QPainter(self._picture)
        painter.translate(-self._covers.topLeft())
        painter.scale(scale, scale)
        seen = painter.worldTransform().inverted()[0].mapRect(QRectF(0, 0, *self._covers.size().toTuple()))
        backdrop.paint(painter, seen, scale)
        self._paint_all(painter, scale)
        painter.end()

    def _paint_all(self, painter: QPainter, scale: float) -> None:
        """Wires, nodes and notes, with a painter in the coordinates of the canvas."""
        plain = self._scene.sheet.plain
        for _ in plain.catch_up():
            pass
        notes = sorted(self._scene.notes.items.values(), key=lambda item: item.zValue())
        self._paint_notes(painter, [item for item in notes if item.note.is_frame])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for (colour, width, opacity), lines in plain.lines:
            painter.setOpacity(opacity)
            painter.setPen(_pen(colour, width * scale))
            painter.drawLines(lines)
        # Those with a strong edge last: it is to be seen all around.
        for (fill, edge, width, opacity), boxes in sorted(plain.boxes, key=lambda bundle: bundle[0][2] > 2.0):
            painter.setOpacity(opacity)
            painter.setPen(_pen(edge, width * scale))
            painter.setBrush(QBrush(QColor(fill)))
            painter.drawRects(boxes)
        painter.setOpacity(1.0)
        if plain.bars:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(QColor(current().warning)))
            painter.drawRects(list(plain.bars.values()))
        if len(plain.titles) <= MOST_TITLES:
            self._write_titles(painter, scale)
        self._paint_notes(painter, [item for item in notes if not item.note.is_frame])

    def _write_titles(self, painter: QPainter, scale: float) -> None:
        """In a size one can read, however small the boxes are: as much of each as goes into its box."""
        pixels = min(LARGEST_TITLE, max(SMALLEST_TITLE, round(LAYER_HEIGHT * scale * 0.42)))
        painter.save()
        painter.scale(1 / scale, 1 / scale)  # fonts have whole pixels of the screen
        painter.setPen(QColor(current().text))
        for title, box, opacity in self._scene.sheet.plain.titles.values():
            room = QRectF(box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale)
            size, lines = fitted_title(title, pixels, int(room.width()) - 3, int(room.height()))
            painter.setOpacity(opacity)
            painter.setFont(title_font(size))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, lines)
        painter.restore()

    def _paint_notes(self, painter: QPainter, items: list[NoteItem]) -> None:
        option = QStyleOptionGraphicsItem()
        for item in items:
            painter.save()
            painter.setOpacity(item.opacity())
            painter.translate(item.pos())
            item.paint(painter, option)
            painter.restore()


@lru_cache(maxsize=8)
def title_font(pixels: int) -> QFont:
    made = QFont(text.face("text"))
    made.setPixelSize(pixels)
    return made


@lru_cache(maxsize=1024)
def fitted_title(title: str, pixels: int, room: int, height: int) -> tuple[int, str]:
    """The size in which a title goes into its box, and the title: in lines where there is room, else a shorter name.

    It is never cut in the middle of a word. Nothing is written where not even two letters could be.
    """
    if height < LEAST_HEIGHT:
        return SMALLEST_TITLE, ""
    for name in _names(title):
        for size in range(pixels, SMALLEST_TITLE - 1, -1):
            measures = QFontMetricsF(title_font(size))
            for lines in (_words(name), [name]):
                high = 1.3 * size * len(lines) <= height or len(lines) == 1
                if high and all(measures.horizontalAdvance(line) <= room for line in lines):
                    return size, "\n".join(lines)
    return SMALLEST_TITLE, ""


def _words(name: str) -> list[str]:
    return [part.strip(" _") for part in WORDS.findall(name) if part.strip(" _")] or [name]


def _names(title: str) -> list[str]:
    """A title, the same without its number of axes, and what is short for it: BatchNorm2d, BatchNorm, BN."""
    bare = AXES.sub("", title)
    parts = _words(bare)
    kind = kinds().get(title)
    told = kind.short if kind is not None else ""
    short = "".join(part[0] for part in parts[:4]) if len(parts) > 1 else bare[:3]
    return list(dict.fromkeys(name for name in (title, bare, told, short, short[:2]) if name))


@lru_cache(maxsize=256)
def _pen(colour: str, width: float) -> QPen:
    """A pen as wide on the screen as it is to look; the thinnest there is costs a part of what others do."""
    pen = QPen(QColor(colour), 0.0 if width < 1.5 else width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
