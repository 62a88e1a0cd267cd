"""Labels that are cut with an ellipsis where there is no room for all they say, instead of asking for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from engine.text import printable
from gui.plain_text import PlainLabel
from gui.theme import fonts


class ElidedLabel(PlainLabel):
    """``text`` is all of it, on one line; whoever owns the label puts it into the tooltip too."""

    def setText(self, text: str) -> None:
        super().setText(printable(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        style = self.style()
        style.drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), self.isEnabled(), words, self.foregroundRole()
        )
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


class WholeLabel(ElidedLabel):
    """Says all of it or nothing: for what makes no sense in part, and is to be seen elsewhere too."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.fontMetrics().horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)


class TwoLineLabel(ElidedLabel):
    """A sentence for which one line has no room stands on two lines of small type, as high together; then it is cut."""

    def lines(self, width: int | None = None) -> tuple[str, ...]:
        """The words as they are painted, or would be in another ``width``, in pixels of the window."""
        width = self.width() if width is None else width
        if self._fits(width):
            return (self.text(),)
        words = self.text().split(" ")
        small = QFontMetrics(fonts.font("caption"))
        first = 0
        while first < len(words) and small.horizontalAdvance(" ".join(words[: first + 1])) <= width:
            first += 1
        rest = small.elidedText(" ".join(words[first:]), Qt.TextElideMode.ElideRight, width)
        return tuple(line for line in (" ".join(words[:first]), rest) if line)

    def whole_within(self, width: int) -> bool:
        """Whether nothing of the words would be cut in this width."""
        return " ".join(self.lines(width)) == self.text()

    def _fits(self, width: int) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) <= width

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._fits(self.width()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(fonts.font("caption"))
        alignment, role = int(self.alignment()), self.foregroundRole()
        self.style().drawItemText(
            painter, self.rect(), alignment, self.palette(), self.isEnabled(), "\n".join(self.lines()), role
        )
        painter.end()
