"""The layers as a table that sorts: what each gives, its weights, and what it was measured to cost."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.inspection.costs import Costs
from engine.inspection.summary import LayerSummary
from gui.panels.layer_model import COLUMNS, FIGURES, Index, LayerModel, TotalModel
from gui.theme import fonts
from gui.theme.contrast import mix
from gui.theme.style import current

TRAINABLE, SHARE = 4, 8
ROOMY = 900
"""The width in pixels from which all columns are shown in any case."""
NAME_LEAST, NAME_MOST = 96, 180
"""How wide names are where there is little room, in pixels: before all else one must be able to tell layers apart."""


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
        self._widths: dict[int, int] = {}
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
        width = max(self.needed_width(column), self.sum.sizeHintForColumn(column))
        if column > 0:
            return width
        room = self.width()
        least, most = (room // 6, room // 4) if room >= ROOMY else (NAME_LEAST, NAME_MOST)
        return max(least, min(width, most))

    def needed_width(self, column: int) -> int:
        """How wide the longest text of a column is. Qt asks about every row, which for 60 takes longer than a frame."""
        if column not in self._widths:
            measure = QFontMetrics(fonts.font("number") if column >= FIGURES else self.font()).horizontalAdvance
            row = self.layers.longest(column, measure)
            self._widths[column] = self.sizeHintForIndex(self.layers.index(row, column)).width() if row >= 0 else 0
        return self._widths[column]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._widths.clear()
        super().changeEvent(event)

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

    def show_rows(self, rows: Iterable[LayerSummary], costs: Costs | None, selection: Iterable[str]) -> None:
        """Show other rows, with these layers selected."""
        self._told = True
        rows = tuple(rows)
        model = self.sum.model()
        assert isinstance(model, TotalModel)
        self._widths.clear()
        model.show_rows(rows)  # first: the columns are to be wide enough for it as well
        self.layers.show_rows(rows, costs)
        self._choose_columns()
        for column in range(len(COLUMNS)):
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
            chosen.select(self.layers.index(row, 0), self.layers.index(row, len(COLUMNS) - 1))
        self._told = True
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if wanted and not self.hasFocus():
            model.setCurrentIndex(self.layers.index(wanted[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(self.layers.index(wanted[0], 0))
        self._told = False
