"""One of very many, such as the columns of a wide table: a combo box whose list is searched, and made when it opens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from engine.text import printable
from gui.name_finder import NameFinder
from gui.plain_text import plain_tip

FROM = 100
"""From so many options on a list is searched rather than read."""
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchedCombo(QComboBox):
    """Looks like any other combo box, but holds no more than what is chosen. ``picked`` brings the place of another."""

    picked = Signal(int)

    def __init__(self, what: str, labels: Sequence[str], parent: QWidget | None = None) -> None:
        """``what`` is chosen, as "Target"; ``labels`` are what the choices are called."""
        super().__init__(parent)
        self._what, self._labels, self._place = what, labels, -1
        self.finder: NameFinder | None = None
        """The list, once it was opened."""
        self.addItem("")

    def show_place(self, place: int) -> None:
        """Show which is chosen, -1 for none."""
        self._place = place
        words = printable(self._labels[place]) if place >= 0 else ""
        self.setItemText(0, words)
        self.setItemData(0, plain_tip(words), Qt.ItemDataRole.ToolTipRole)

    def showPopup(self) -> None:
        self._open("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """An arrow opens the list, and a letter searches in it."""
        text = event.text()
        if event.key() in _ARROWS:
            self._open("")
        elif text.strip() and text.isprintable() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._open(text)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # one turn would pass by thousands

    def _open(self, text: str) -> None:
        if self.finder is None:
            self.finder = NameFinder(f"Find: {self._what}", self)
            self.finder.chosen.connect(self._chosen)
        self.finder.open(self._labels, self, self._place)
        if text:
            self.finder.field.setText(text)

    @Slot(int)
    def _chosen(self, place: int) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.picked.emit(place)
