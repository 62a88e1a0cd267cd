"""The layers as a table that sorts: what each gives, its weights, and what it was measured to cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.inspection.costs import Costs, bytes_words, cost_words, time_words
from engine.inspection.summary import Row, total
from gui.theme import fonts, icons
from gui.theme.contrast import mix
from gui.theme.style import current

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TRAINABLE, SHARE = 4, 8
ROOMY = 780
"""The width in pixels from which all columns are shown in any case."""
NAME_LEAST, NAME_MOST = 96, 180
"""How wide names are where there is little room, in pixels: before all else one must be able to tell layers apart."""

# title, explanation, the value that sorts, how it is written
_COLUMNS: tuple[tuple[str, str, Callable[[Row], Any], Callable[[Row], str]], ...] = (
    ("layer", "The name of the layer.", lambda row: row.name, lambda row: row.name),
    ("kind", "What kind of layer it is.", lambda row: row.kind, lambda row: row.kind),
    (
        "gives",
        "The shape of what it gives, for one sample.",
        lambda row: None if row.shape is None else row.shape.count,
        lambda row: "–" if row.shape is None else row.shape.label(),
    ),
    ("weights", "How many numbers it holds as weights.", lambda row: row.weights, lambda row: _count(row.weights)),
    (
        "trainable",
        "How many of its weights are learned: none when it is frozen.",
        lambda row: row.trainable,
        lambda row: _count(row.trainable),
    ),
    (
        "memory",
        "What it leaves in memory until its gradients have been worked out, for a whole batch. Measured.",
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
        "Its part of the time of all layers of this table, forward and backward.",
        lambda row: row.share,
        lambda row: "–" if row.share is None else f"{100 * row.share:.0f} %",
    ),
)


TITLES = tuple(column[0] for column in _COLUMNS)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


class LayerModel(QAbstractTableModel):
    """The rows in the order they are shown in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._given: tuple[Row, ...] = ()
        self._shown: list[Row] = []
        self._costs: Costs | None = None
        self._order = (-1, Qt.SortOrder.AscendingOrder)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in the order in which the layers run."""
        return self._given

    @property
    def order(self) -> tuple[int, Qt.SortOrder]:
        """The column the rows are sorted by, -1 for the order in which the layers run; and the direction."""
        return self._order

    def show_rows(self, rows: Iterable[Row], costs: Costs | None) -> None:
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

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(_COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            column, order = self._order
            arrow = "↓" if order == Qt.SortOrder.DescendingOrder else "↑"
            return _COLUMNS[section][0] + (f" {arrow}" if section == column else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return _COLUMNS[section][1]
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
            return _COLUMNS[column][3](row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_LEFT if column < 2 else _RIGHT)
        if role == Qt.ItemDataRole.FontRole:
            return fonts.font("number") if column >= 2 else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(current().quiet) if not row.counts else None
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return icons.family_icon(row.family)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
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

    def _tip(self, row: Row, column: int) -> str | None:
        if column == 0 and row.counts:
            return row.name
        if column == 2 and row.shape is not None:
            return row.shape.words()
        if not row.counts:
            return "It does not feed the goal, so it is no part of the network."
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
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_COLUMNS) - 1)

    def _sorted(self) -> list[Row]:
        column, order = self._order
        if column < 0:
            return list(self._given)
        value = _COLUMNS[column][2]
        known = [row for row in self._given if value(row) is not None]
        unknown = [row for row in self._given if value(row) is None]
        # sorted() keeps the order of equals, in both directions; what is not known comes last in both.
        return sorted(known, key=value, reverse=order == Qt.SortOrder.DescendingOrder) + unknown


class TotalModel(QAbstractTableModel):
    """One row: the sums over the layers that feed the goal."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total: Row | None = None

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Sum up other rows."""
        self.beginResetModel()
        self._total = total(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() or self._total is None else 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def flags(self, _index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = index.column()
        if not index.isValid() or self._total is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if column == 2 else _COLUMNS[column][3](self._total)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_LEFT if column < 2 else _RIGHT)
        if role == Qt.ItemDataRole.FontRole:
            return fonts.font("strong") if column < 2 else fonts.font("number")
        return None


class _ShareBar(QStyledItemDelegate):
    """A quiet bar beside the share, warm where the layer stands out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        length, heavy = model.bar(index.row()) if isinstance(model, LayerModel) else (0.0, False)
        if length > 0:
            theme = current()
            room = QRectF(option.rect).adjusted(8, 0, -52, 0)
            box = QRectF(room.right() - room.width() * length, room.center().y() - 2, room.width() * length, 4)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.warning if heavy else mix(theme.panel, theme.quiet, 0.45)))
            painter.drawRoundedRect(box, 2, 2)
            painter.restore()


class LayerTable(QTableView):
    """``chosen(ids)``: the user selected these rows."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = LayerModel(self)
        self.sum = self._make_sum()  # first: how wide the columns are depends on it
        self.setModel(self.layers)
        self.setAccessibleName("Layers and what they cost")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSortingEnabled(False)
        self.setItemDelegateForColumn(SHARE, _ShareBar(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        # The order is told by an arrow in the title: the style's own would lie on titles aligned to the right.
        header.setSortIndicatorShown(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(60)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(SHARE, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(64)
        # Where all columns together are too wide, they are moved sideways.
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header.sortIndicatorChanged.connect(self.layers.sort)
        self._told = False
        self.selectionModel().selectionChanged.connect(self._selected)

    def _make_sum(self) -> QTableView:
        """The row of totals, which stays in view under the table; to be laid out by the owner."""
        view = QTableView()
        view.setModel(TotalModel(view))
        view.setObjectName("layer-totals")
        view.setAccessibleName("Totals of the layers")
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.horizontalHeader().hide()
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(26)
        view.setFixedHeight(28)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for policy in (view.setHorizontalScrollBarPolicy, view.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().sectionResized.connect(self._widen)
        self.horizontalScrollBar().valueChanged.connect(view.horizontalScrollBar().setValue)
        return view

    def sizeHintForColumn(self, column: int) -> int:
        """As wide as its rows and its total need; names within bounds."""
        width = max(super().sizeHintForColumn(column), self.sum.sizeHintForColumn(column))
        if column > 0:
            return width
        room = self.width()
        least, most = (room // 6, room // 4) if room >= ROOMY else (NAME_LEAST, NAME_MOST)
        return max(least, min(width, most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_columns()
        # The totals lie under the rows only if they are moved sideways as far, so they are left no more room.
        self.sum.setMaximumWidth(event.size().width() + 2 * self.frameWidth())

    def _choose_columns(self) -> None:
        """Where there is little room, what is trainable is shown only if that differs from the weights."""
        hidden = self.width() < ROOMY and all(row.trainable == row.weights for row in self.layers.rows)
        if hidden != self.isColumnHidden(TRAINABLE):
            for view in (self, self.sum):
                view.setColumnHidden(TRAINABLE, hidden)

    @Slot(int, int, int)
    def _widen(self, column: int, _before: int, width: int) -> None:
        if width:
            self.sum.setColumnWidth(column, width)

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, _now: QItemSelection, _before: QItemSelection) -> None:
        if not self._told:
            ids = [self.layers.id_at(index.row()) for index in self.selectionModel().selectedRows()]
            self.chosen.emit([id for id in ids if id])

    def sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Sort as a click on a title does; -1 is the order in which the layers run."""
        self.horizontalHeader().setSortIndicator(column, order)

    def show_rows(self, rows: Iterable[Row], costs: Costs | None, selection: Iterable[str]) -> None:
        """Show other rows, with these layers selected."""
        self._told = True
        rows = tuple(rows)
        model = self.sum.model()
        assert isinstance(model, TotalModel)
        model.show_rows(rows)  # first: the columns are to be wide enough for it as well
        self.layers.show_rows(rows, costs)
        self._choose_columns()
        for column in range(len(_COLUMNS)):
            self.sum.setColumnWidth(column, self.columnWidth(column))
        self._told = False
        self.show_selection(selection)

    def show_selection(self, ids: Iterable[str]) -> None:
        """Select the rows of these layers, without telling so."""
        places = self.layers.places()
        wanted = sorted(places[id] for id in ids if id in places)
        model = self.selectionModel()
        if wanted == sorted(index.row() for index in model.selectedRows()):
            return
        chosen = QItemSelection()
        for row in wanted:
            chosen.select(self.layers.index(row, 0), self.layers.index(row, len(_COLUMNS) - 1))
        self._told = True
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if wanted and not self.hasFocus():
            model.setCurrentIndex(self.layers.index(wanted[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(self.layers.index(wanted[0], 0))
        self._told = False
