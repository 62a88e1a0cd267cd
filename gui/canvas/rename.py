"""Renaming a layer in place: a field over its title. Enter renames; Esc, or going elsewhere, leaves the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from gui.canvas.view import Canvas


class Rename(QLineEdit):
    """The field; hidden while nothing is renamed."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.id = ""
        self.setObjectName("rename")
        self.setAccessibleName("Name of the layer")
        self.setMaxLength(60)
        self.hide()
        self.returnPressed.connect(self._accept)

    def open_for(self, id: str) -> None:
        """Ask for a new name of a node."""
        canvas = self._canvas
        canvas.ensure_seen([id])
        body = canvas.projection.nodes[id].body
        corner = canvas.viewportTransform().map(body.topLeft()).toPoint()
        width = max(150, int(body.width() * canvas.scale_now))
        self.id = id
        self.setText(canvas.document.graph.nodes[id].name)
        self.selectAll()
        self.setGeometry(corner.x(), corner.y(), width, self.sizeHint().height() + 6)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_field(self) -> None:
        if self.isVisible():
            if self.hasFocus():
                self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hide()

    @Slot()
    def _accept(self) -> None:
        id, name = self.id, self.text().strip()
        document = self._canvas.document
        if id not in document.graph.nodes or name == document.graph.nodes[id].name:
            self.close_field()
            return
        # A refused name stays in the field to be mended; the reason is told.
        if document.try_edit(f"Rename to {name}", lambda graph: graph.rename(id, name)):
            self.close_field()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_field()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()
