"""A table of figures that can be sorted by every column and searched by name, quick for thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from engine.text import printable
from gui.plain_text import plain_tip
from gui.theme import fonts

_LEAST_NAME, _MOST_NAME = 76, 120
"""Room for a name where the figures take the rest, and the most that is asked for it, in pixels."""
_MEASURED = 40
"""So many rows tell how wide a column has to be."""
_LONG = 12
"""Names longer than so many letters are told in full on hover: they may be cut."""

Index = QModelIndex | QPersistentModelIndex
FigureValues = Sequence[str] | NDArray[np.float64] | NDArray[np.integer]
"""The values of a column: names, or numbers."""


class FigureForm(Enum):
    """How the values of a column are written."""

    NAME = "name"
    SHARE = "share"
    COUNT = "count"
    NUMBER = "number"


@dataclass(frozen=True)
class FigureColumn:
    """A column: its title, what is said of it on hover, and how its values are written."""

    title: str
    tip: str
    form: FigureForm = FigureForm.SHARE
    undefined: str = ""
    """Why a value may not be defined; "" where each is."""


class FigureModel(QAbstractTableModel):
    """Rows of names (strings, sorted as given) and numbers (float64, NaN for none, which sorts first)."""

    def __init__(self, columns: Sequence[FigureColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._values: list[tuple[str, ...] | NDArray[np.float64]] = [() for _ in columns]
        self._count, self._wanted = 0, ""
        self._sorted_by: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)
        self.order: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        """Which rows are on show, in their order, as numbers of what was given."""

    def show(self, values: Sequence[FigureValues]) -> None:
        """Show other rows: for each column as many values. Raises ValueError for a column of another length."""
        found: list[tuple[str, ...] | NDArray[np.float64]] = []
        for column, given in zip(self.columns, values, strict=True):
            named = column.form is FigureForm.NAME
            found.append(tuple(map(str, given)) if named else np.asarray(given, dtype=np.float64))
        count = len(found[0])
        for part in found:
            if len(part) != count or (isinstance(part, np.ndarray) and part.ndim != 1):
                raise ValueError(f"Expected {count} numbers, one for each row; found {np.shape(part)}.")
        self.beginResetModel()
        self._values, self._count = found, count
        self._order()
        self.endResetModel()

    @property
    def count(self) -> int:
        """How many rows there are, also those that are not searched for."""
        return self._count

    def search(self, words: str) -> None:
        """Show only the rows of which a name holds ``words``, in capitals or not; all for ""."""
        self.beginResetModel()
        self._wanted = words.strip().casefold()
        self._order()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._sorted_by = (column, order)
        self._order()
        self.endResetModel()

    def _order(self) -> None:
        column, way = self._sorted_by
        values = self._values[max(0, column)]
        keys = np.arange(self._count) if isinstance(values, tuple) else np.where(np.isfinite(values), values, -np.inf)
        falling = way == Qt.SortOrder.DescendingOrder
        order = np.argsort(-keys if falling else keys, kind="stable")
        if self._wanted:
            names = [one for one in self._values if isinstance(one, tuple)]
            fits = np.array([any(self._wanted in one[row].casefold() for one in names) for row in range(self._count)])
            order = order[fits[order]] if self._count else order
        self.order = order.astype(np.int64)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def words(self, row: int, column: int) -> str:
        """What is written in a cell, by its place on show."""
        value = self._values[column][int(self.order[row])]
        if isinstance(value, str):
            return printable(value)
        if not np.isfinite(value):
            return "–"
        match self.columns[column].form:
            case FigureForm.SHARE:
                return f"{100 * value:.1f} %"
            case FigureForm.COUNT:
                return f"{value:,.0f}"
            case _:
                return f"{value:.2f}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        named = self.columns[column].form is FigureForm.NAME
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (
                Qt.AlignmentFlag.AlignLeft if named else Qt.AlignmentFlag.AlignRight
            ) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and not named:
            return fonts.font("number")
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.words(row, column)
            if named:
                return plain_tip(words) if len(words) > _LONG else None
            return plain_tip(self.columns[column].undefined) if words == "–" else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(column.tip)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            left = column.form is FigureForm.NAME
            return (Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
        return None


class FigureTable(QTableView):
    """Shows a ``FigureModel``: the names take what the figures leave."""

    def __init__(self, columns: Sequence[FigureColumn], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = FigureModel(columns, self)
        self._names = [at for at, column in enumerate(columns) if column.form is FigureForm.NAME]
        self._hints: dict[int, int] = {}
        self.setModel(self.figures)
        self.figures.modelReset.connect(self._hints.clear)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMinimumWidth(292)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setResizeContentsPrecision(_MEASURED)
        header.setMinimumSectionSize(44)
        header.sortIndicatorChanged.connect(self._share_width)
        self.setAccessibleName(name)

    def show_rows(self, values: Sequence[FigureValues], order: Qt.SortOrder, by: int = 0) -> None:
        """Show other rows, sorted by a column; ValueError as ``FigureModel.show``."""
        self.setSortingEnabled(False)
        self.figures.show(values)
        self.setSortingEnabled(True)
        self.sortByColumn(by, order)
        self._share_width()
        self.updateGeometry()
        self.scrollToTop()

    def text(self, row: int, column: int) -> str:
        """What is written in a cell."""
        return self.figures.words(row, column)

    @Slot(str)
    def search(self, words: str) -> None:
        """Show only the rows of which a name holds ``words``."""
        self.figures.search(words)

    def sizeHintForColumn(self, column: int) -> int:
        """How wide a column has to be: measured once for the rows on show, since it is asked with every change."""
        if column not in self._hints:
            self._hints[column] = super().sizeHintForColumn(column)
        return self._hints[column]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._hints.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def sizeHint(self) -> QSize:
        """Wide enough for the names, shortened where they are long, and for all figures beside them."""
        names = sum(min(max(self.sizeHintForColumn(at), _LEAST_NAME), _MOST_NAME) for at in self._names)
        bar = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return QSize(names + sum(self._widths().values()) + bar, super().sizeHint().height())

    def _widths(self) -> dict[int, int]:
        """How wide each column of figures is: Qt leaves room for the arrow of the order in every title, here only the
        one that has it gets it."""
        header = self.horizontalHeader()
        columns = range(len(self.figures.columns))
        shown = [at for at in columns if at not in self._names and not self.isColumnHidden(at)]
        roomy = {column: header.sectionSizeHint(column) for column in shown}
        header.setSortIndicatorShown(False)
        tight = {column: header.sectionSizeHint(column) for column in shown}
        header.setSortIndicatorShown(True)
        titles = {column: (roomy if column == header.sortIndicatorSection() else tight)[column] for column in shown}
        return {column: max(titles[column], self.sizeHintForColumn(column)) for column in shown}

    @Slot()
    def _share_width(self, *_order: object) -> None:
        """Give the names what the figures leave; where that is too little, the figures come first."""
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        widths = self._widths()
        for column, width in widths.items():
            header.setSectionResizeMode(column, mode.Fixed)
            header.resizeSection(column, width)
        left = (self.viewport().width() - sum(widths.values())) // max(1, len(self._names))
        for at in self._names:
            fits = left >= self.sizeHintForColumn(at)
            header.setSectionResizeMode(at, mode.Stretch if fits else mode.Fixed)
            if not fits:
                header.resizeSection(at, max(_LEAST_NAME, left))
