"""Writing in a note where it lies. What was written is never thrown away: Ctrl+Enter, Esc and going elsewhere all end
a note and keep its words. A title is a field like those in which one renames: Enter keeps it, Esc leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from gui.canvas.keyboard import KeyboardBefore
from gui.canvas.navigation import Navigation
from gui.plain_text import PlainLabel
from gui.theme import fonts
from gui.theme.style import current, set_role

_LEAST_WIDTH, _LEAST_HEIGHT, _LEAST_TYPE, _INSET = 140, 34, 11, 12
_HOW_A_NOTE_ENDS = "Esc or Ctrl+Enter when done"
_HOW_A_TITLE_ENDS = "Enter to accept, Esc to cancel"


class CanvasNoteField(QPlainTextEdit):
    """The field; hidden while nothing is written."""

    def __init__(self, view: Navigation) -> None:
        super().__init__(view)
        self._view = view
        self._before = KeyboardBefore(view)
        self._done: Callable[[str], object] | None = None
        self._box = QRectF()
        self._one_line = False
        self.hint = PlainLabel(parent=view)
        """How to end, under the field."""
        self.hint.setObjectName("note-hint")
        set_role(self.hint, "hint")
        self.hint.hide()
        self.setObjectName("note-field")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._follow)
        self.hide()
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self._follow)

    def open_for(
        self, box: QRectF, words: str, done: Callable[[str], object], *, one_line: bool, ground: str = ""
    ) -> None:
        """Ask for words over a box of the canvas, on that colour; ``done`` is given them, unless Esc leaves a title."""
        self.leave()
        self._before.remember()
        self._box, self._one_line = box, one_line
        self.setAccessibleName("Title of the frame" if one_line else "Text of the note")
        self.setPlaceholderText("Title" if one_line else "Write something…")
        self.hint.setText(_HOW_A_TITLE_ENDS if one_line else _HOW_A_NOTE_ENDS)
        self.setAccessibleDescription(self.hint.text())
        self.setStyleSheet(f"QPlainTextEdit {{ padding: 3px 5px; background: {ground or current().panel}; }}")
        self.setLineWrapMode(self.LineWrapMode.NoWrap if one_line else self.LineWrapMode.WidgetWidth)
        self.setPlainText(words)
        self.moveCursor(QTextCursor.MoveOperation.End)
        if one_line:
            self.selectAll()
        self._done = done
        self._follow()
        for part in (self.hint, self):
            part.show()
            part.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _follow(self, *_values: object) -> None:
        if self._done is None:
            return
        scale = self._view.scale_now
        shown = self._view.viewportTransform().mapRect(self._box)
        font = QFont(fonts.font("strong" if self._one_line else "text"))
        font.setPixelSize(max(_LEAST_TYPE, round(13 * (1.0 if self._one_line else scale))))
        self.setFont(font)
        width, height = max(_LEAST_WIDTH, round(shown.width())), _LEAST_HEIGHT
        if not self._one_line:
            # As high as the note, or higher while more is written than it shows.
            room = QRect(0, 0, width - 2 * _INSET, 100_000)
            flags = int(Qt.TextFlag.TextWordWrap)
            written = self.fontMetrics().boundingRect(room, flags, f"{self.toPlainText()}|").height()
            height = max(_LEAST_HEIGHT, round(shown.height()), written + 2 * _INSET)
        self.setGeometry(round(shown.left()), round(shown.top()), width, height)
        self.hint.adjustSize()
        below, above = self.geometry().bottom() + 5, self.geometry().top() - self.hint.height() - 4
        fits = self._view.height() - below >= self.hint.height()
        self.hint.move(self.geometry().left(), below if fits else above)

    def accept(self) -> None:
        """The words are as they should be."""
        done = self._done
        words = self.toPlainText()
        self._close()
        if done is not None:
            done(" ".join(words.split()) if self._one_line else words.rstrip())

    def leave(self) -> None:
        """Close without a change."""
        self._close()

    def _close(self) -> None:
        self._done = None
        if self.isVisible():
            if self.hasFocus():
                self._before.give_back()
            self.hide()
            self.hint.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._one_line:
                self.leave()
            else:
                self.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            self._one_line or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.accept()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # A menu of the field itself is not going elsewhere.
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.accept()
