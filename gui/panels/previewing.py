"""A button that shows what it would do: its edit appears as a ghost on the canvas while one points at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton

from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from gui.document import Document


class Previewer(QObject):
    """Watches a button: hovering it or giving it the focus previews its edit, leaving it takes the ghost away.

    ``after`` gives the drawing there would be; when it raises GraphError there is nothing to show. A button that is
    handed the focus for no reason of the user's shows nothing: what was done just now is to be seen first.
    """

    def __init__(self, button: QPushButton, document: Document, after: Callable[[], Graph]) -> None:
        super().__init__(button)
        self._document = document
        self._after = after
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        handed = isinstance(event, QFocusEvent) and event.reason() == Qt.FocusReason.NoFocusReason
        if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn) and not handed:
            try:
                self._document.preview(self._after())
            except GraphError:
                self._document.preview(None)
        elif kind in (QEvent.Type.Leave, QEvent.Type.FocusOut, QEvent.Type.Hide):
            self._document.preview(None)
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            shown = self._document.previewing
            self._document.preview(None)
            return shown  # with nothing to take away, Esc is for whoever else has a use for it
        return bool(super().eventFilter(watched, event))
