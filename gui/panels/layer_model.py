"""The rows of the table of layers, in the order they are shown in, and the row of their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from engine.inspection.costs import Costs, bytes_words, cost_words, time_words
from engine.inspection.summary import LayerSummary, total
from gui.plain_text import plain_tip
from gui.theme import fonts, icons
from gui.theme.style import current

Index = QModelIndex | QPersistentModelIndex
FIGURES = 2
"""The first column of figures."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

# title, explanation, the value that sorts, how it is written
COLUMNS: tuple[tuple[str, str, Callable[[LayerSummary], Any], Callable[[LayerSummary], str]], ...] = (
    ("layer", "The name of the layer.", lambda row: row.name, lambda row: row.name),
    ("kind", "What kind of layer it is.", lambda row: row.kind, lambda row: row.kind),
    (
        "output shape",
        "The shape of its output for one sample, without the batch.",
        lambda row: None if row.shape is None else row.shape.count,
        lambda row: "–" if row.shape is None else row.shape.label(),
    ),
    (
        "parameters",
        "How many parameters it has: its weights and biases.",
        lambda row: row.weights,
        lambda row: _count(row.weights),
    ),
    (
        "trainable",
        "How many of its parameters are trained: none when it is frozen.",
        lambda row: row.trainable,
        lambda row: _count(row.trainable),
    ),
    (
        "memory",
        "Its activations: the outputs kept in memory for the backward pass, for a whole batch. Measured.",
        lambda row: row.memory,
        lambda row: "–" if row.memory is None else bytes_words(row.memory),
    ),
    (
        "forward",
        "The time of its forward pass, for a whole batch. Measured.",
        lambda row: row.forward_ms,
        lambda row: "–" if row.forward_ms is None else time_words(row.forward_ms),
    ),
    (
        "backward",
        "The time of its backward pass, for a whole batch. Measured.",
        lambda row: row.backward_ms,
        lambda row: "–" if row.backward_ms is None else time_words(row.backward_ms),
    ),
    (
        "share",
        "Its share of the time of all layers in this table, forward and backward.",
        lambda row: row.share,
        lambda row: "–" if row.share is None else f"{100 * row.share:.0f} %",
    ),
)


TITLES = tuple(column[0] for column in COLUMNS)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


class LayerModel(QAbstractTableModel):
    """The rows in the order they are shown in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._given: tuple[LayerSummary, ...] = ()
        self._shown: list[LayerSummary] = []
        self._costs: Costs | None = None
        self._order = (-1, Qt.SortOrder.AscendingOrder)

    @property
    def rows(self) -> tuple[LayerSummary, ...]:
        """The rows in the order in which the layers run."""
        return self._given

    @property
    def order(self) -> tuple[int, Qt.SortOrder]:
        """The column the rows are sorted by, -1 for the order in which the layers run; and the direction."""
        return self._order

    def show_rows(self, rows: Iterable[LayerSummary], costs: Costs | None) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._given, self._costs = tuple(rows), costs
        self._shown = self._sorted()
        self.endResetModel()

    def id_at(self, row: int) -> str:
        """The layer in a row; "" for the total."""
        return self._shown[row].id if 0 <= row < len(self._shown) else ""

    def places(self) -> dict[str, int]:
        """The row of every layer."""
        return {row.id: place for place, row in enumerate(self._shown)}

    def longest(self, column: int, measure: Callable[[str], int]) -> int:
        """The row with the longest text in a column; -1 where there are none."""
        texts: dict[str, int] = {}
        for place, row in enumerate(self._shown):
            texts.setdefault(COLUMNS[column][3](row), place)
        return texts[max(texts, key=measure)] if texts else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            column, order = self._order
            arrow = "↓" if order == Qt.SortOrder.DescendingOrder else "↑"
            return COLUMNS[section][0] + (f" {arrow}" if section == column else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_LEFT if section < 2 else _RIGHT)
        if role == Qt.ItemDataRole.InitialSortOrderRole:
            # Names from a to z; of figures one looks for the largest.
            return int((Qt.SortOrder.AscendingOrder if section < 2 else Qt.SortOrder.DescendingOrder).value)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[column][3](row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_LEFT if column < 2 else _RIGHT)
        if role == Qt.ItemDataRole.FontRole:
            return fonts.font("number") if column >= 2 else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(current().quiet) if not row.counts else None
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return icons.family_icon(row.family)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(row, column) or "") or None
        return None

    def bar(self, row: int) -> tuple[float, bool]:
        """(length from 0 to 1, whether it stands out) of the bar in the last column."""
        if self._costs is None or not 0 <= row < len(self._shown):
            return 0.0, False
        shown = self._shown[row]
        cost = self._costs.layers.get(shown.id)
        if cost is None or not self._costs.heaviest_ms:
            return 0.0, False
        return cost.total_ms / self._costs.heaviest_ms, shown.id in self._costs.heavy

    def _tip(self, row: LayerSummary, column: int) -> str | None:
        if column == 0 and row.counts:
            return row.name
        if column == 2 and row.shape is not None:
            return row.shape.words()
        if not row.counts:
            return "It does not feed the goal, so it is not part of the network."
        if column >= 5 and self._costs is not None:
            return "\n".join(cost_words(self._costs, row.id)) or None
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which the layers run."""
        if (column, order) == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        before = [self.id_at(index.row()) for index in self.persistentIndexList()]
        self._order = (column, order)
        self._shown = self._sorted()
        places = self.places()
        for index, id in zip(self.persistentIndexList(), before, strict=True):
            row = places.get(id, len(self._shown))
            self.changePersistentIndex(index, self.index(row, index.column()))
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def _sorted(self) -> list[LayerSummary]:
        column, order = self._order
        if column < 0:
            return list(self._given)
        value = COLUMNS[column][2]
        known = [row for row in self._given if value(row) is not None]
        unknown = [row for row in self._given if value(row) is None]
        # sorted() keeps the order of equals, in both directions; what is not known comes last in both.
        return sorted(known, key=value, reverse=order == Qt.SortOrder.DescendingOrder) + unknown


class TotalModel(QAbstractTableModel):
    """One row: the sums over the layers that feed the goal."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total: LayerSummary | None = None

    def show_rows(self, rows: Iterable[LayerSummary]) -> None:
        """Sum up other rows."""
        self.beginResetModel()
        self._total = total(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self._total is None else 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, _index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = index.column()
        if not index.isValid() or self._total is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if column == 2 else COLUMNS[column][3](self._total)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_LEFT if column < 2 else _RIGHT)
        if role == Qt.ItemDataRole.FontRole:
            return fonts.font("strong") if column < 2 else fonts.font("number")
        return None
