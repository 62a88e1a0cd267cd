"""Text that counts once it is finished: by Enter or on leaving the field, never while it is typed.

On the way to 1e-3 there is 1, and on the way to 128 there is 12: whoever acted on every key would act on those.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget


class CommitEdit(QLineEdit):
    """A line edit that knows what stood in it before typing began, and goes back to that on Esc.

    ``editingFinished`` says that what was typed is to be taken. Esc, after it has put the text back, goes on to
    whoever holds the field: the window then gives the keyboard back to the diagram. In a dialog, where Esc would close
    it, a key that put something back ends here.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""

    def show_text(self, text: str) -> None:
        """Show a text that holds: what was being typed is gone."""
        if self.text() != text or self.isUndoAvailable():
            self.setText(text)  # which also leaves nothing of the typing to be undone: that is the document's now
        self.setModified(False)
        self._shown = self.text()  # which is one line, whatever the text was

    def is_draft(self) -> bool:
        """Whether something is being typed that is not finished yet."""
        return self.isModified() and self.text() != self._shown

    def event(self, event: QEvent) -> bool:
        # Undo belongs to the field only while there is typing to undo; else it is the window's.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = event.matches(QKeySequence.StandardKey.Undo), event.matches(QKeySequence.StandardKey.Redo)
            if (undo and not self.isUndoAvailable()) or (redo and not self.isRedoAvailable()):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            was_draft = self.is_draft()
            self.show_text(self._shown)
            self.textEdited.emit(self.text())
            event.setAccepted(was_draft and isinstance(self.window(), QDialog))
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


def finish_typing() -> None:
    """Take what is being typed just now, as if the field had been left.

    For commands that leave the keyboard where it is, as a click on a button of the toolbar does: Train is about the
    number one sees.
    """
    edit = QApplication.focusWidget()
    if isinstance(edit, CommitEdit) and edit.is_draft():
        edit.editingFinished.emit()
