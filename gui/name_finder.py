"""Choosing one of many names: a list that opens where one is, with a field that one types a part of the name in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from engine.text import printable
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role

_WIDTH, _HEIGHT = 260, 320
_LONGEST, _LONGEST_TIP = 200, 600
_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class FoundNames(QAbstractListModel):
    """Those of many names that hold what is searched for, in their order; what begins with it comes first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._folded: list[str] = []
        self.found: list[int] = []
        """The numbers of the names on show."""

    def show_names(self, names: Sequence[str]) -> None:
        """Search among other names."""
        self.beginResetModel()
        self._names = tuple(names)
        self._folded = [name.casefold() for name in names]
        self.found = list(range(len(names)))
        self.endResetModel()

    def search(self, words: str) -> None:
        """Show the names that hold ``words``, in capitals or not."""
        wanted = words.strip().casefold()
        self.beginResetModel()
        holding = [number for number, name in enumerate(self._folded) if wanted in name]
        first = [number for number in holding if self._folded[number].startswith(wanted)]
        self.found = [*first, *(number for number in holding if not self._folded[number].startswith(wanted))]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        name = self._names[self.found[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(name[:_LONGEST])
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(printable(name[:_LONGEST_TIP]))
        return None


class NameFinder(QFrame):
    """``chosen`` brings the number of the name that was clicked, or Enter pressed on. Esc closes it without a trace."""

    chosen = Signal(int)

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        """``what`` is looked for, as "Find a class"."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.names = FoundNames(self)
        self.field, self.list, self.note = QLineEdit(), QListView(), PlainLabel()
        self.field.setPlaceholderText(what)
        self.field.setAccessibleName(what)
        self.field.setClearButtonEnabled(True)
        self.list.setModel(self.names)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Names found")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        set_role(self.note, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.field, self.list, self.note):
            column.addWidget(widget)
        self.resize(_WIDTH, _HEIGHT)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._entered)
        self.list.clicked.connect(self._picked)
        self.list.activated.connect(self._picked)

    def open(self, names: Sequence[str], below: QWidget, current: int = -1) -> None:
        """Show the list below a widget, or above it where there is no room; ``current`` is chosen now, -1: none."""
        self.names.show_names(names)
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._say()
        self.resize(max(_WIDTH, min(below.width(), 2 * _WIDTH)), _HEIGHT)
        at = below.mapToGlobal(QPoint(0, below.height()))
        room = below.screen().availableGeometry()
        if at.y() + self.height() > room.bottom():
            at.setY(max(room.top(), below.mapToGlobal(QPoint(0, 0)).y() - self.height()))
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        self.move(at)
        self.show()
        self._go_to(max(0, current))
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _go_to(self, row: int) -> None:
        index = self.names.index(row, 0)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    @Slot(str)
    def _search(self, words: str) -> None:
        self.names.search(words)
        self._say()
        self._go_to(0)

    def _say(self) -> None:
        count = self.names.rowCount()
        self.note.setText(f"{count:,} found" if count else "Nothing of this name.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that go through a list do so while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _entered(self) -> None:
        if self.list.currentIndex().isValid():
            self._picked(self.list.currentIndex())

    @Slot(QModelIndex)
    def _picked(self, index: QModelIndex) -> None:
        number = self.names.found[index.row()]
        self.hide()
        self.chosen.emit(number)
