"""The outline as a panel: the list, where one is, and its keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.canvas.titles import titles_of
from gui.canvas.view import Canvas
from gui.panels.outline_list import OutlineList
from gui.plain_text import PlainLabel
from gui.theme.style import set_role


class Outline(QWidget):
    """The list; above it where one is, while that is inside a block, and below it its keys."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = canvas.document
        self.place = PlainLabel()
        self.place.setWordWrap(True)
        set_role(self.place, "quiet")
        self.place.setContentsMargins(8, 0, 8, 0)
        self.list = OutlineList(canvas.tools, canvas.actions_, self)
        self.hint = PlainLabel()
        self.hint.setWordWrap(True)
        self._named = (self.list.add_after, canvas.actions_.connect_nodes)
        for action in self._named:
            action.changed.connect(self._show_keys)
        self._show_keys()
        self.hint.setProperty("role", "caption")
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 8, 4, 8)
        box.setSpacing(6)
        box.addWidget(self.place)
        box.addWidget(self.list, 1)
        box.addWidget(self.hint)
        self.hint.setContentsMargins(8, 0, 8, 0)
        self._document.changed.connect(self._show_place)
        self._show_place()

    @property
    def own_actions(self) -> tuple[QAction, ...]:
        """What only the outline does."""
        return self.list.own_actions

    def take_keyboard(self) -> None:
        """Bring the keyboard to the list."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _show_place(self, *_values: object) -> None:
        """Say where one is: in the network, or in which blocks."""
        titles = titles_of(self._document.whole, self._document.path)
        self.place.setText(" › ".join(("Network", *titles)))
        self.place.setVisible(bool(titles))
        where = ", in ".join((*reversed(titles), "the network"))
        self.list.setAccessibleName(f"Outline of {where}")

    @Slot()
    def _show_keys(self) -> None:
        """Name the keys as they are now: the user may change them."""
        native = QKeySequence.SequenceFormat.NativeText
        keys = [action.shortcut().toString(native) for action in self._named]
        uses = ("adds a layer after the row", "connects")
        told = [f"{key} {does}" for key, does in zip(keys, uses, strict=True) if key]
        self.hint.setText(", ".join((*told, "Left and Right go along the wires, + and − open a block.")))
