"""A field for a few lines of one's own about a layer."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from engine.graph.node import LONGEST_NOTE

MOST_LINES = 8


class LayerNoteField(QPlainTextEdit):
    """As high as its text, up to eight lines. ``edited`` tells every change, ``settled`` that one went elsewhere."""

    edited = Signal(str)
    settled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Note…")
        self.setAccessibleName("Note on the layer")
        self.setToolTip("What you want to remember about this layer; it is shown when the pointer rests on it")
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def show_note(self, note: str, *, other: bool) -> None:
        """Show a note; ``other`` when it is another layer's. What one is typing stays as it is."""
        if note == self.toPlainText():
            return
        if not other and self.hasFocus():
            # Taken back by undo while one writes: the cursor stays where it can.
            place = min(self.textCursor().position(), len(note))
            self._write(note)
            cursor = self.textCursor()
            cursor.setPosition(place)
            self.setTextCursor(cursor)
        else:
            self._write(note)

    def _write(self, note: str) -> None:
        self.blockSignals(True)
        self.setPlainText(note)
        self.blockSignals(False)
        self._grow()

    @Slot()
    def _changed(self) -> None:
        words = self.toPlainText()
        if len(words) > LONGEST_NOTE:
            cursor = self.textCursor()
            place = min(cursor.position(), LONGEST_NOTE)
            self._write(words[:LONGEST_NOTE])
            cursor = self.textCursor()
            cursor.setPosition(place)
            self.setTextCursor(cursor)
        self.edited.emit(self.toPlainText())

    @Slot()
    def _grow(self) -> None:
        full = int(self.document().size().height()) > MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.updateGeometry()
        self.setFixedHeight(self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()  # only now are the margins of the style known

    def sizeHint(self) -> QSize:
        lines = max(1, min(MOST_LINES, int(self.document().size().height())))
        margins = self.contentsMargins()
        room = 2 * self.document().documentMargin() + margins.top() + margins.bottom() + 2
        return QSize(120, int(self.fontMetrics().lineSpacing() * lines + room))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settled.emit()
