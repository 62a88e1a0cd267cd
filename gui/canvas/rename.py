"""Renaming a layer in place: a field over its title. Enter renames; Esc, or going elsewhere, leaves the name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from gui.canvas.diagram_view import DiagramView
from gui.canvas.keyboard import KeyboardBefore
from gui.canvas.titles import set_title


class Rename(QLineEdit):
    """The field; hidden while nothing is renamed."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view
        self._before = KeyboardBefore(view)
        self.id = ""
        self._merge = ""
        self.setObjectName("rename")
        self.setAccessibleName("Name of the layer")
        self.setMaxLength(60)
        self.hide()
        self.returnPressed.connect(self._accept)

    def open_for(self, id: str, *, merge: str = "") -> None:
        """Ask for a new name of a node, or title of a block. ``merge``: the edit whose step of undo this joins."""
        view = self._view
        if not self.isVisible():
            self._before.remember()
        self._merge = merge
        view.ensure_seen([id])
        body = view.projection.nodes[id].body
        corner = view.viewportTransform().map(body.topLeft()).toPoint()
        width = max(150, int(body.width() * view.scale_now))
        self.id = id
        self.setText(self._present())
        self.selectAll()
        self.setGeometry(corner.x(), corner.y(), width, self.sizeHint().height() + 6)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _present(self) -> str:
        node = self._view.document.graph.nodes[self.id]
        return node.name if node.block is None else node.block.title

    def close_field(self) -> None:
        """Close without renaming, and give the keyboard back."""
        if self.isVisible():
            if self.hasFocus():
                self._before.give_back()
            self.hide()

    @Slot()
    def _accept(self) -> None:
        id, name = self.id, self.text().strip()
        document = self._view.document
        if id not in document.graph.nodes or name == self._present():
            self.close_field()
            return
        if document.graph.nodes[id].block is not None:
            if set_title(document, id, name, merge=self._merge):
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
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # the canvas, to which the field hands on what it leaves, would open the layer

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # A menu of the field itself is not going elsewhere.
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hide()
