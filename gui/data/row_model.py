"""The rows of a table as they stand in its file, for a view that asks for what is on show only."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from engine.data.fields import DataField, Role
from engine.data.sources.own_table_view import TableContents
from engine.text import brief, printable
from gui.plain_text import plain_tip
from gui.theme import fonts
from gui.theme.style import current

Index = QModelIndex | QPersistentModelIndex
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

    @property
    def table(self) -> TableContents | None:
        """What is shown."""
        return self._view

    def show_table(self, view: TableContents | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self._view, self.fields = view, ()
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

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._view is None or not index.isValid():
            return None
        look = self._view.looked.looks[index.column()]
        code = look.column.codes[index.row()]
        missing, text = bool(look.missing[code]), str(look.column.values[code])
        if role == Qt.ItemDataRole.DisplayRole:
            return MISSING if missing else printable(text[:LONGEST_CELL])
        if role == Qt.ItemDataRole.ToolTipRole:
            if missing:
                return plain_tip(f"Missing: {brief(text)} in the file" if text else "Missing")
            return plain_tip(printable(text[:LONGEST_TIP])) if len(text) > 20 else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if look.is_numbers else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and look.is_numbers:
            return fonts.font("number")
        if role == Qt.ItemDataRole.ForegroundRole and (missing or not self._is_used(index.column())):
            return QColor(current().quiet)
        return None

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
