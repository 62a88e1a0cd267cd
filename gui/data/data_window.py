"""The window in which one looks at a table: all its rows, and a page for the column that is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QItemSelection, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from engine.data.column_settings import ColumnSetting
from engine.data.fields import DataField, Role
from engine.data.profile import DataWarning
from engine.data.sources.own_table_roles import may_be_label
from engine.data.sources.own_table_view import TableContents
from gui.data.column_header import ColumnHeader
from gui.data.column_page import ColumnPage
from gui.data.reading_panel import ReadingPanel
from gui.data.row_model import RowModel
from gui.data_warnings import WarningList
from gui.elided import ElidedLabel
from gui.plain_text import PlainLabel
from gui.reading_bar import ReadingBar
from gui.splits.line import SplitLine
from gui.theme.style import hairline, set_role

_PAGE, _ROW, _NARROW, _WIDE, _BAR = 312, 24, 104, 220, 280
_LOOKED_AT, _MEASURED = 40, 200
"""The first values by which the width of a column is chosen, and the first columns for which it is."""
_NOTHING_CHOSEN: Mapping[str, ColumnSetting] = MappingProxyType({})
_WARNINGS = 1
"""The tab of what is worth knowing."""
_READING = "The file is being read…"


class DataWindow(QDialog):
    """Shows what it is given; ``page`` and ``closed`` tell what is wanted."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Data")
        self.resize(1080, 640)
        self.setMinimumSize(560, 360)
        self.title, self.facts, self.words = ElidedLabel(), PlainLabel(), PlainLabel(_READING)
        self.split = SplitLine()
        """How its rows are divided."""
        self.rows = RowModel(self)
        self.view = QTableView()
        self.page = ColumnPage()
        self.warnings = WarningList(with_columns=True)
        """All that is worth knowing of the table."""
        self.tabs, self._pages = QTabBar(), QStackedWidget()
        self._all_warnings: tuple[DataWarning, ...] = ()
        self.reading = ReadingPanel()
        """How the file was read, and what is said of that."""
        self.waiting, self.bar = QWidget(), ReadingBar()
        """What is shown while there are no rows, with how far the reading of them is."""
        self.stop, self.again = QPushButton("Stop reading"), QPushButton("Read it")
        for button in (self.stop, self.again):
            button.setAutoDefault(False)  # Return in a field presses none
        self._settings: Mapping[str, ColumnSetting] = _NOTHING_CHOSEN
        self._lay_out()
        self.view.selectionModel().selectionChanged.connect(self._selected)
        self.finished.connect(self.closed)

    def _lay_out(self) -> None:
        set_role(self.title, "title")
        for label in (self.facts, self.words):
            label.setWordWrap(True)
            set_role(label, "quiet")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out_waiting()
        view = self.view
        self.head = ColumnHeader(self.rows, view)
        view.setHorizontalHeader(self.head)
        view.setModel(self.rows)
        view.setAccessibleName("Rows of the table")
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().setDefaultSectionSize(_ROW)
        view.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.side = QWidget()
        self.side.setFixedWidth(_PAGE)
        self._lay_out_side()
        set_role(self, "panel")
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 10)
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addWidget(self.facts)
        head.addWidget(self.split)
        head.addWidget(self.reading)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(view, 1)
        below.addWidget(self.waiting, 1)
        below.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(hairline())
        column.addLayout(below, 1)

    def _lay_out_side(self) -> None:
        """The page of a column, and what is worth knowing, one of them at a time."""
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.addWidget(self.warnings)
        inside.addStretch(1)
        self.tabs.addTab("Column")
        self.tabs.addTab("Worth knowing")
        self.tabs.setTabVisible(_WARNINGS, False)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("What is shown of the table")
        for page in (self.page, listed):
            area = QScrollArea()
            area.setWidget(page)
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self._pages.addWidget(area)
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.warnings.column_wanted.connect(self.show_column)

    def show_warnings(self, found: Sequence[DataWarning]) -> None:
        """Show what is worth knowing of the table, and on the page of each column what is of it."""
        self._all_warnings = tuple(found)
        self.warnings.show_warnings(found)
        self.tabs.setTabText(_WARNINGS, f"Worth knowing ({len(found):,})")
        self.tabs.setTabVisible(_WARNINGS, bool(found))
        if not found:
            self.tabs.setCurrentIndex(0)
        self._show_page()

    @Slot(str)
    def show_column(self, name: str) -> None:
        """Show the page of the column of that name."""
        table = self.rows.table
        if table is not None and name in table.looked.table.names:
            self.choose(table.looked.table.names.index(name))
            self.tabs.setCurrentIndex(0)
            self.view.setFocus()

    def _lay_out_waiting(self) -> None:
        column = QVBoxLayout(self.waiting)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self.words)
        self.bar.setFixedWidth(_BAR)
        for widget in (self.bar, self.stop, self.again):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.stop.clicked.connect(self.bar.stop)

    def show_words(
        self, title: str, words: str = _READING, *, reading: Path | None = None, unread: bool = False
    ) -> None:
        """Say what is the case where there are no rows to show.

        ``reading`` is the file that is being read, None for none; it is ``unread`` where it was stopped.
        """
        self.bar.follow(reading)
        self.stop.setVisible(reading is not None)
        self.again.setVisible(unread)
        self.title.setText(title)
        self.facts.clear()
        self.split.show_split(None)
        self.words.setText(words)
        self.rows.show_table(None)
        self._show_what_there_is()

    def show_table(self, title: str, table: TableContents) -> None:
        """Show all rows of a table."""
        self.bar.follow(None)
        self.head.chosen = -1
        self.title.setText(title)
        raw = table.looked.table
        self.facts.setText(f"{counted(raw.rows, 'row')} × {counted(len(raw.columns), 'column')}")
        self.rows.show_table(table)
        self._set_widths(table)
        self._show_what_there_is()

    def _set_widths(self, table: TableContents) -> None:
        """Columns as wide as what they hold; of very many only the first ones, since each takes its time."""
        line, head = self.view.fontMetrics(), self.view.horizontalHeader()
        for place, look in enumerate(table.looked.looks[:_MEASURED]):
            longest = max((len(str(text)) for text in look.column.values[:_LOOKED_AT]), default=0)
            width = line.averageCharWidth() * max(longest, len(look.column.name) + 3) + 24
            head.resizeSection(place, min(max(width, _NARROW), _WIDE))

    def show_fields(
        self,
        fields: tuple[DataField, ...],
        problem: str = "",
        settings: Mapping[str, ColumnSetting] = _NOTHING_CHOSEN,
    ) -> None:
        """What the columns are for, () while that is not known; ``problem`` says why. ``settings`` were chosen."""
        self.rows.show_fields(fields)
        self._settings = settings
        table = self.rows.table
        if table is None:
            return
        raw = table.looked.table
        size = f"{counted(raw.rows, 'row')} × {counted(len(raw.columns), 'column')}"
        targets = [field.name for field in self.rows.fields if field.role is Role.TARGET]
        inputs = sum(field.role is Role.INPUT for field in self.rows.fields)
        titles = [field.shown for field in self.rows.fields if field.role is Role.TARGET]
        learned = f" · {', '.join(titles)} is predicted from {counted(inputs, 'column')}" if targets else ""
        self.facts.setText(problem or f"{size}{learned}")
        set_role(self.facts, "warning" if problem else "quiet")
        if self.page.column_name not in raw.names and raw.names:
            named = targets[0] if targets and targets[0] in raw.names else raw.names[0]
            self.choose(raw.names.index(named))
        elif self.head.chosen < 0 and raw.names:
            self.choose(raw.names.index(self.page.column_name))
        self._show_page()

    def choose(self, column: int) -> None:
        """Select a column, so that its page is shown."""
        self.view.selectColumn(column)
        self.view.scrollTo(self.rows.index(0, column))

    def _show_what_there_is(self) -> None:
        there = self.rows.table is not None
        self.view.setVisible(there)
        self.waiting.setVisible(not there)
        self.side.setVisible(there)

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, selected: QItemSelection, _before: QItemSelection) -> None:
        self.head.chosen = -1 if selected.isEmpty() else selected.first().left()
        self._show_page()
        self.head.viewport().update()

    def _show_page(self) -> None:
        table, place = self.rows.table, self.head.chosen
        if table is None or not 0 <= place < len(table.looked.looks):
            return
        field = self.rows.fields[place] if self.rows.fields else None
        name = table.looked.looks[place].column.name
        self.page.warnings.show_warnings([one for one in self._all_warnings if one.column == name])
        label, setting = field is not None and may_be_label(self.rows.fields, field.name), self._settings.get(name)
        self.page.show_column(name, table.summaries[place], table.looked.table.rows, field, setting, may_be_label=label)
