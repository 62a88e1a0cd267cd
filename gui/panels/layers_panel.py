"""The tab with the table of layers: measures them on request, copies and exports the table."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from engine.counting import counted
from engine.files.atomic import write_whole
from engine.inspection.costs import Costs, bytes_words, time_words
from engine.inspection.summary import LayerSummary, rows, to_csv
from gui.deferred_paint import paint_in_next_frame
from gui.document import Document
from gui.measuring import Measuring
from gui.panels.layer_model import TITLES
from gui.panels.layer_table import LayerTable
from gui.plain_text import PlainLabel
from gui.theme.style import hairline, notifier, set_role

_DEVICES = {"cpu": "the CPU", "cuda": "the GPU", "mps": "the Apple GPU"}

WORDS_AND_BUTTONS = 560
"""From this width on there is room for all buttons beside the words, in pixels."""
LARGE, LATER_MS = 300, 80
"""With more layers than this the table follows an edit after so many milliseconds without another one."""


class LayersPanel(QWidget):
    """Follows the document and what was measured, while it is on show.

    ``reveal(id)`` asks to bring a layer into view; ``said(sentence)`` is for the status line; ``wants_file`` asks
    where to write the table.
    """

    reveal = Signal(str)
    said = Signal(str)
    wants_file = Signal()

    def __init__(self, document: Document, measuring: Measuring, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._measuring = document, measuring
        self._stale = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._fill_in_steps)
        self.table = LayerTable()
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "quiet")
        self.measure = QPushButton("Measure layers")
        self.copy, self.export = QPushButton("Copy"), QPushButton("Export CSV…")
        self.copy.setToolTip("Copy the table to the clipboard, for a spreadsheet")
        self.export.setToolTip("Write the table as a CSV file")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.words, 1)
        for button in (self.measure, self.copy, self.export):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 8, 4)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(6)
        column.addWidget(self.table, 1)
        column.addWidget(hairline())
        column.addWidget(self.table.sum)
        self._copying = QAction("Copy the table", self.table)
        self._copying.setShortcut(QKeySequence.StandardKey.Copy)
        self._copying.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(self._copying)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self._copying.triggered.connect(self.copy_table)
        self.copy.clicked.connect(self.copy_table)
        self.export.clicked.connect(self.wants_file)
        self.measure.clicked.connect(self.start)
        self.table.chosen.connect(self._choose)
        document.analysed.connect(self.refresh)
        document.selection_changed.connect(self._select)
        measuring.changed.connect(self.refresh)
        measuring.state_changed.connect(self._show_state)
        measuring.failed.connect(self._failed)
        notifier().changed.connect(self.refresh)
        self._show_state()

    # Showing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in (self.copy, self.export):  # both are in menus too, and what was measured is to be read
            button.setVisible(event.size().width() >= WORDS_AND_BUTTONS)

    @Slot()
    def refresh(self, *_values: object) -> None:
        """The drawing or its figures changed; a large table is filled a little later, not in an edit's frame."""
        self._stale = True
        if self.isVisible():
            if len(self._document.graph.nodes) > LARGE:
                self._later.start()
            else:
                self._fill()

    @Slot()
    def _fill_in_steps(self) -> None:
        paint_in_next_frame(self.table)
        self._fill()

    def _fill(self) -> None:
        if not self.isVisible():
            return
        self._stale = False
        self.table.show_rows(self.rows(), self._measuring.costs, self._document.selection)
        self._show_state()

    def rows(self) -> tuple[LayerSummary, ...]:
        """The table of the document as it is now, in the order in which the layers run."""
        return rows(self._document.graph, self._document.analysis, self._measuring.costs)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._fill()

    @Slot()
    def _show_state(self) -> None:
        measuring = self._measuring
        obstacle = measuring.obstacle
        self.measure.setEnabled(not obstacle and not measuring.running)
        self.measure.setText("Measuring…" if measuring.running else "Measure layers")
        self.measure.setToolTip(obstacle or "Time every layer forward and backward on a batch of random numbers")
        costs = measuring.costs
        words = measured_words(costs) if costs is not None else obstacle or _UNMEASURED
        self.words.setText("Measuring every layer, forward and backward…" if measuring.running else words)

    @Slot(str, str)
    def _failed(self, sentence: str, node: str) -> None:
        self.words.setText(sentence)
        self.said.emit(sentence)
        if node in self._document.graph.nodes:
            self.reveal.emit(node)

    # Selecting

    @Slot(object)
    def _choose(self, ids: list[str]) -> None:
        if len(ids) == 1:
            self.reveal.emit(ids[0])
        else:
            self._document.select(ids)

    @Slot(object)
    def _select(self, selection: frozenset[str]) -> None:
        if self.isVisible() and not self._stale:
            self.table.show_selection(selection)
        else:
            self._stale = True

    # Doing

    @Slot()
    def start(self) -> None:
        """Measure, or say why that cannot be."""
        if not self._measuring.start():
            self.said.emit(self._measuring.obstacle)

    @Slot()
    def copy_table(self) -> None:
        """Put the table onto the clipboard, with tabs between the columns."""
        QGuiApplication.clipboard().setText(to_csv(self.rows(), separator="\t"))
        self.said.emit("The table of layers is on the clipboard.")

    def write(self, path: Path) -> None:
        """Write the table as CSV. Raises WriteError."""
        write_whole(path, to_csv(self.rows()).encode("utf-8"))
        self.said.emit(f"Wrote {path.name}.")

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._copying)
        menu.addAction("Export as CSV…").triggered.connect(self.wants_file)
        menu.addSeparator()
        self._offer_orders(menu.addMenu("Sort by"))
        again = menu.addAction("Measure layers")
        again.setEnabled(self.measure.isEnabled())
        again.triggered.connect(self.start)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _offer_orders(self, menu: QMenu) -> None:
        """What a click on a title does, for the keyboard: the column, or the order of running, and the direction."""
        column, order = self.table.layers.order
        columns, directions = QActionGroup(menu), QActionGroup(menu)
        shown = [number for number in range(len(TITLES)) if not self.table.isColumnHidden(number)]
        for number in (-1, *shown):
            words = TITLES[number].capitalize() if number >= 0 else "The order they run in"
            chosen = menu.addAction(words)
            chosen.triggered.connect(partial(self.table.sort_by, number, order))
            chosen.setCheckable(True)
            chosen.setChecked(number == column)
            columns.addAction(chosen)
        menu.addSeparator()
        ways = (("Ascending", Qt.SortOrder.AscendingOrder), ("Descending", Qt.SortOrder.DescendingOrder))
        for words, way in ways:
            chosen = menu.addAction(words)
            chosen.triggered.connect(partial(self.table.sort_by, column, way))
            chosen.setCheckable(True)
            chosen.setChecked(column >= 0 and way == order)
            chosen.setEnabled(column >= 0)
            directions.addAction(chosen)


_UNMEASURED = "Parameters are counted at once. Times and memory are measured when you ask for it, and after a run."


def measured_words(costs: Costs) -> str:
    """On what and where the figures were measured, and what they come to."""
    where = _DEVICES.get(costs.device, costs.device)
    threads = f", {counted(costs.threads, 'thread')}" if costs.device == "cpu" else ""
    together = f", in all {costs.repeats:,} repetitions" if costs.repeats > 1 else ""
    return (
        f"A batch of {costs.batch_size:,} on {where}{threads}: {time_words(costs.total_ms)} forward and backward, "
        f"{bytes_words(costs.memory)} of activations{together}. Medians of {costs.rounds} rounds."
    )
