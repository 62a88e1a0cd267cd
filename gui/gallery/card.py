"""A card of the gallery: the picture of a diagram, what it is, how large it is and what it learns from."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from gui.card_button import CardButton, lines_of
from gui.gallery.entries import GalleryEntry, Known
from gui.theme import fonts
from gui.theme.style import current

PICTURE = QSize(232, 112)
WIDTH, HEIGHT = PICTURE.width() + 16, PICTURE.height() + 124
_INSET = 12.0
_LINES, _LINE = 3, 17.0


class GalleryCard(CardButton):
    """Pressing it chooses it."""

    def __init__(self, entry: GalleryEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.known: Known | None = None
        self._picture: QPixmap | None = None
        self.setText(entry.title)
        self._tell()

    def show_known(self, known: Known | None, picture: QPixmap | None) -> None:
        """Show what has been found out, and the picture when there is one."""
        self.known, self._picture = known, picture
        self._tell()
        self.update()

    def _tell(self) -> None:
        title, summary, facts = self.words
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{summary} {facts}".strip())
        self.setToolTip(summary)

    @property
    def words(self) -> tuple[str, str, str]:
        """Title, summary and facts, as far as they are known."""
        if self.known is None:
            return self.entry.title, self.entry.summary, ""
        return self.known.title, self.known.summary, self.known.facts

    @property
    def painted(self) -> bool:
        """Whether its picture is there."""
        return self._picture is not None

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QRectF(7.0, 7.0, self.width() - 14.0, PICTURE.height() + 8.0)
        self.paint_frame(painter, ground)
        if self._picture is not None:
            corner = QPointF(ground.center().x() - PICTURE.width() / 2, ground.center().y() - PICTURE.height() / 2)
            painter.drawPixmap(corner, self._picture)
        self._paint_words(painter, ground.bottom() + 8.0)
        painter.end()

    def _paint_words(self, painter: QPainter, top: float) -> None:
        theme, room = current(), self.width() - 2 * _INSET
        title, summary, facts = self.words
        painter.setPen(QColor(theme.text))
        painter.setFont(fonts.font("strong"))
        measured = painter.fontMetrics()
        shown = measured.elidedText(title, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(_INSET, top, room, 20.0), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setPen(QColor(theme.quiet))
        self._paint_summary(painter, summary, top + 22.0, room)
        painter.setFont(fonts.font("caption"))
        facts = painter.fontMetrics().elidedText(facts, Qt.TextElideMode.ElideRight, int(room))
        at = QRectF(_INSET, self.height() - 26.0, room, 18.0)
        painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, facts)

    def _paint_summary(self, painter: QPainter, words: str, top: float, room: float) -> None:
        """As many lines as there is room for; the last one says with an ellipsis that there are more."""
        font = fonts.font("small")
        painter.setFont(font)
        for number, line in enumerate(lines_of(words, font, room, _LINES)):
            painter.drawText(QRectF(_INSET, top + number * _LINE, room, _LINE), Qt.AlignmentFlag.AlignVCenter, line)
