"""The rows of a table as they stand in its file, for a view that asks for what is on show only."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QColor, QFont

from engine.data.fields import DataField, Role
from engine.data.sources.own_table_view import TableContents
from engine.text import brief, printable
from gui.plain_text import plain_tip
from gui.theme import fonts
from gui.theme.style import current, notifier

Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.FontRole,
        Qt.ItemDataRole.ForegroundRole,
    }
)
"""What is answered of a cell; a view asks for more, of every cell in every frame."""
LONGEST_CELL, LONGEST_TIP = 120, 600
MISSING = "–"
"""Stands for a cell without a value."""


class RowModel(QAbstractTableModel):
    """All rows and columns of a table; none until ``show_table``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: TableContents | None = None
        self.fields: tuple[DataField, ...] = ()
        """What each column was taken for, () while that is not known."""
        self._numbers: dict[int, bool] = {}
        """Which columns hold numbers, of those that were on show: to tell it takes a look at all different values."""
        self._font: QFont | None = None
        notifier().changed.connect(self._forget_font)

    @property
    def table(self) -> TableContents | None:
        """What is shown."""
        return self._view

    def show_table(self, view: TableContents | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self._view, self.fields = view, ()
        self._numbers.clear()
        self.endResetModel()

    def show_fields(self, fields: tuple[DataField, ...]) -> None:
        """Say in the headers what the columns are for."""
        self.fields = fields if self._view is not None and len(fields) == self.columnCount() else ()
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if self._view is None or parent.isValid() else self._view.looked.table.rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if self._view is None or parent.isValid() else len(self._view.looked.looks)

    @Slot()
    def _forget_font(self) -> None:
        self._font = None

    def is_numbers(self, column: int) -> bool:
        """Whether nearly all values of a column are numbers."""
        found = self._numbers.get(column)
        if found is None:
            assert self._view is not None
            found = self._numbers[column] = self._view.looked.looks[column].is_numbers
        return found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._view is None or not index.isValid():
            return None
        if role not in _ROLES:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self.is_numbers(column) else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._number_font() if self.is_numbers(column) else None
        look = self._view.looked.looks[column]
        code = look.column.codes[index.row()]
        missing, text = bool(look.missing[code]), str(look.column.values[code])
        if role == Qt.ItemDataRole.DisplayRole:
            return MISSING if missing else printable(text[:LONGEST_CELL])
        if role == Qt.ItemDataRole.ToolTipRole:
            if missing:
                return plain_tip(f"Missing: {brief(text)} in the file" if text else "Missing")
            return plain_tip(printable(text[:LONGEST_TIP])) if len(text) > 20 else None
        return QColor(current().quiet) if missing or not self._is_used(column) else None

    def _number_font(self) -> QFont:
        if self._font is None:
            self._font = fonts.font("number")
        return self._font

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._view is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        name = self.fields[section].shown if self.fields else self._view.looked.looks[section].column.name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return printable(name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{printable(name)}\n{self.kind_words(section)}".strip())
        return None

    def kind_words(self, column: int) -> str:
        """What a column was taken for, in two words at most; "" while that is not known."""
        if not self.fields:
            return ""
        field = self.fields[column]
        return field.feature.value if field.role is Role.INPUT else field.role.value

    def _is_used(self, column: int) -> bool:
        return not self.fields or self.fields[column].role in (Role.INPUT, Role.TARGET)
