"""A note or a frame as painted, and which part of it lies under a point."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from engine.graph.notes import Note, NoteKind
from engine.text import printable
from gui.canvas import text
from gui.canvas.items import FADED
from gui.canvas.shared_state import Sheet
from gui.theme.contrast import mix
from gui.theme.style import current
from gui.theme.tokens import RADII

FRAME_LEVEL, NOTE_LEVEL = -2.0, -1.0
"""Below the wires; small frames above large ones, notes above all frames."""
INSET = 10.0
TITLE = 30.0
"""How high the strip with the title of a frame is."""
GRIP = 14.0
EDGE = 6.0
_FAR = 0.5
"""Below this zoom titles of frames stop shrinking, so that one can find one's way by them."""
_MOST_ENLARGED = 8.0
_WORDS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)

HUES: Mapping[str, str] = {
    "yellow": "#F2B705",
    "green": "#2F9E44",
    "blue": "#4263EB",
    "violet": "#9C36B5",
    "red": "#E03131",
    "grey": "#868E96",
}


def ground(colour: str, kind: NoteKind) -> str:
    """The colour of a note, or of a frame's area, in the theme."""
    theme = current()
    share = (0.16 if theme.dark else 0.12) if kind is NoteKind.NOTE else (0.09 if theme.dark else 0.06)
    return mix(theme.panel if kind is NoteKind.NOTE else theme.canvas, HUES[colour], share)


def edge(colour: str) -> str:
    """The colour of an edge in the theme."""
    return mix(current().hairline, HUES[colour], 0.5)


def title_scale(scale: float) -> float:
    """How much larger than usual a frame's title is written at a zoom."""
    return min(_MOST_ENLARGED, max(1.0, _FAR / scale))


def height_for(words: str, width: float) -> float:
    """How high a note must be to show all its words, in canvas units."""
    room = QRectF(0.0, 0.0, max(8.0, width - 2 * INSET), 1e6)
    shown = printable(words, lines=True) or " "
    return float(text.metrics("text").boundingRect(room, _WORDS, shown).height()) + 2 * INSET


class NoteItem(QGraphicsRectItem):
    """A note or a frame. What it shows is handed to it."""

    def __init__(self, note: Note, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet
        self.note = note
        self.selected = False
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.show_note(note)

    def show_note(self, note: Note) -> None:
        """Show another value."""
        self.note = note
        self.words = printable(note.text, lines=True)
        self.show_box(note.position, note.size)
        self.looks_other()

    def looks_other(self) -> None:
        """It looks other than before: have it painted."""
        self._sheet.version += 1
        self.update()

    def show_box(self, position: tuple[float, float], size: tuple[float, float]) -> None:
        """Show it elsewhere, or of another size."""
        self._sheet.version += 1
        self.setPos(*position)
        self.setRect(QRectF(0.0, 0.0, *size).adjusted(-2.0, -2.0, 2.0, 2.0))
        area = min(size[0] * size[1], 1e10)
        self.setZValue(NOTE_LEVEL if not self.note.is_frame else FRAME_LEVEL - area / 2e10)

    def select(self, on: bool) -> None:
        """Show it as selected, or not."""
        if on != self.selected:
            self.selected = on
            self.looks_other()

    def set_faded(self, faded: bool) -> None:
        """Let it step back behind others."""
        opacity = FADED if faded else 1.0
        if self.opacity() != opacity:
            self.setOpacity(opacity)
            self.looks_other()

    @property
    def box(self) -> QRectF:
        """Its area, from its own corner."""
        return self.rect().adjusted(2.0, 2.0, -2.0, -2.0)

    @property
    def body(self) -> QRectF:
        """Its area in canvas coordinates."""
        return self.box.translated(self.pos())

    def part_at(self, point: QPointF, scale: float) -> str:
        """What of it lies under a point of the canvas: "corner", "body", or "" for nothing.

        Of a frame only the title and the edge count: what lies within belongs to the layers.
        """
        body, reach = self.body, max(1.0, 0.8 / scale)
        grip = QRectF(body.right() - GRIP * reach, body.bottom() - GRIP * reach, GRIP * reach + 4.0, GRIP * reach + 4.0)
        if grip.contains(point):
            return "corner"
        if not self.note.is_frame:
            return "body" if body.contains(point) else ""
        rim = EDGE * reach
        if not body.adjusted(-rim / 2, -rim / 2, rim / 2, rim / 2).contains(point):
            return ""
        within = body.adjusted(rim, self._title_height(scale), -rim, -rim)
        return "" if within.contains(point) else "body"

    def _title_height(self, scale: float) -> float:
        return float(min(TITLE * title_scale(scale), self.box.height() / 2))

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme, box = current(), self.box
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(ground(self.note.colour, self.note.kind)))
        if self.selected:
            painter.setPen(QPen(QColor(theme.accent), 2.0))
        else:
            painter.setPen(QPen(QColor(edge(self.note.colour)), 1.0))
        radius = RADII.field if not self.note.is_frame else RADII.node
        painter.drawRoundedRect(box, radius, radius)
        if not self.note.is_frame:
            self._paint_words(painter, box, scale)
        else:
            self._paint_title(painter, box, scale)
        if self.selected:
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            for step in (4.0, 8.0):
                painter.drawLine(
                    box.bottomRight() - QPointF(step + 2.0, 3.0), box.bottomRight() - QPointF(3.0, step + 2.0)
                )

    def _paint_words(self, painter: QPainter, box: QRectF, scale: float) -> None:
        if 13.0 * scale < 3.0:  # nothing could be read
            return
        theme = current()
        painter.save()
        painter.setClipRect(box.adjusted(2.0, 2.0, -2.0, -2.0), Qt.ClipOperation.IntersectClip)
        painter.setFont(text.face("text"))
        painter.setPen(QColor(theme.text if self.note.text else theme.quiet))
        painter.drawText(box.adjusted(INSET, INSET, -INSET, -4.0), _WORDS, self.words or "Empty note")
        painter.restore()

    def _paint_title(self, painter: QPainter, box: QRectF, scale: float) -> None:
        larger = self._title_height(scale) / TITLE
        room = box.width() - 2 * INSET
        if not self.note.text or larger <= 0.0 or room <= 0.0:
            return
        painter.save()
        painter.translate(box.left() + INSET, box.top())
        painter.scale(larger, larger)
        painter.setFont(text.face("strong"))
        painter.setPen(QColor(mix(current().text, HUES[self.note.colour], 0.25)))
        words = text.shortened("strong", self.words.replace("\n", " "), room / larger)
        painter.drawText(
            QRectF(0.0, 0.0, room / larger, TITLE), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words
        )
        painter.restore()
