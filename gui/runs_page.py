"""The tab with the runs of the project: the one in use and earlier ones, to compare, name, star, delete and use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from engine.project.runs import LONGEST_NAME, RunLabel
from engine.reports.fold_words import headline as folds_headline
from engine.reports.verdict import headline
from engine.training.data_loading import schema_of
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from gui.document import Document
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.training.kept_runs import using_run

TITLES = ("Run", "Name", "Data", "Result", "Trained", "Began", "")
_NAME = 1


@dataclass(frozen=True, eq=False)
class _Row:
    label: RunLabel
    recipe: Recipe
    record: RunRecord
    in_use: bool


class RunsPage(QWidget):
    """Follows the document. ``said(sentence)`` is for the status line; ``comparable`` whether there are several."""

    said = Signal(str)
    comparable = Signal(bool)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._filling = False
        self._stale = True
        self._locked = False
        self._own: dict[int, str] = {}
        """What is known of how well runs read the user's own drawings, by their numbers."""
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "quiet")
        self.table = QTreeWidget()
        self.table.setAccessibleName("Runs")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setHeaderLabels(TITLES)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.use, self.star = QPushButton("Use this run"), QPushButton("Star")
        self.rename, self.delete = QPushButton("Rename"), QPushButton("Delete")
        self.use.setToolTip("Bring back the network, the settings and the weights of this run; one Undo reverts it")
        self.star.setToolTip("Keep this run however many come after it")
        self.delete.setToolTip("Remove this run and its weights from the project; one Undo brings it back")
        self._build()
        self.use.clicked.connect(self._use)
        self.star.clicked.connect(self._star)
        self.rename.clicked.connect(self._rename)
        self.delete.clicked.connect(self._delete)
        self.table.itemSelectionChanged.connect(self._offer)
        self.table.itemChanged.connect(self._edited)
        self.table.itemDoubleClicked.connect(self._double_clicked)
        document.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.use, self.star, self.rename, self.delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    def lock(self, locked: bool) -> None:
        """While training is under way nothing can be changed here."""
        self._locked = locked
        self._offer()

    @Slot(str)
    def show_own(self, words: str) -> None:
        """Say how well the run in use reads the user's own drawings, "" for nothing."""
        self._own[self._document.sketch.runs.current.id] = words
        self.refresh()

    @Slot()
    def refresh(self, *_values: object) -> None:
        """List the runs as they are now: at once, or when somebody looks at the page again."""
        if self._document.opening:  # the numbers are those of other runs
            self._own.clear()
        self.comparable.emit(bool(self._document.sketch.runs.earlier))
        self._stale = not self.isVisible()
        if not self._stale:
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self._fill()

    def _rows(self) -> list[_Row]:
        sketch = self._document.sketch
        rows = [_Row(run.label, run.recipe, run.told, False) for run in sketch.runs.earlier]
        trained = sketch.trained
        if trained is not None and (trained.history or trained.steps or trained.folds):
            rows.append(_Row(sketch.runs.current, trained.recipe, trained, True))
        return sorted(rows, key=lambda row: row.label.id, reverse=True)

    def _fill(self) -> None:
        chosen, rows = self.chosen, self._rows()
        self._filling = True
        self.table.clear()
        for row in rows:
            item = QTreeWidgetItem(_cells(row, self._own.get(row.label.id, "")))
            item.setData(0, Qt.ItemDataRole.UserRole, row.label.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            font = item.font(0)
            font.setBold(row.in_use)
            for column in range(len(TITLES)):
                item.setFont(column, font)
            item.setToolTip(_NAME, row.label.note)
            self.table.addTopLevelItem(item)
            if row.label.id == chosen:
                self.table.setCurrentItem(item)
        self._filling = False
        if self.table.currentItem() is None and (first := self.table.topLevelItem(0)) is not None:
            self.table.setCurrentItem(first)
        self.words.setText(
            "Training from scratch keeps the run before it, with its network, settings and weights. The one in bold is "
            "in use."
            if rows
            else "The runs of this project are listed here. There is none yet: press Train."
        )
        self.table.setVisible(bool(rows))
        self._offer()

    @property
    def chosen(self) -> int | None:
        """The number of the run that is selected."""
        item = self.table.currentItem()
        return None if item is None else int(item.data(0, Qt.ItemDataRole.UserRole))

    def _label(self) -> RunLabel | None:
        return next((row.label for row in self._rows() if row.label.id == self.chosen), None)

    @Slot()
    def _offer(self) -> None:
        label, current = self._label(), self._document.sketch.runs.current
        earlier = label is not None and label.id != current.id and not self._locked
        self.use.setEnabled(earlier)
        self.delete.setEnabled(earlier)
        self.star.setEnabled(label is not None and not self._locked)
        self.rename.setEnabled(label is not None and not self._locked)
        self.star.setText("Remove star" if label is not None and label.starred else "Star")
        for button in (self.use, self.star, self.rename, self.delete):
            button.setVisible(self.table.topLevelItemCount() > 0)

    @Slot()
    def _use(self) -> None:
        label = self._label()
        if label is None or self._locked or label.id == self._document.sketch.runs.current.id:
            return
        run = self._document.sketch.runs.find(label.id)
        schema = schema_of(run.recipe)
        signature = None if schema is None else schema.signature()
        after = using_run(self._document.sketch, label.id, signature)
        if self._document.use_run(f"Use run {label.id}", after):
            self.said.emit(f"Run {label.id} is in use again.")

    @Slot()
    def _star(self) -> None:
        label = self._label()
        if label is not None:
            words = f"Remove the star of run {label.id}" if label.starred else f"Star run {label.id}"
            self._change(words, label.id, starred=not label.starred)

    @Slot()
    def _rename(self) -> None:
        item = self.table.currentItem()
        if item is not None:
            self.table.editItem(item, _NAME)

    @Slot(QTreeWidgetItem, int)
    def _double_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == _NAME and not self._locked:
            self.table.editItem(item, _NAME)
        else:
            self._use()

    @Slot(QTreeWidgetItem, int)
    def _edited(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling:
            return
        id, name = int(item.data(0, Qt.ItemDataRole.UserRole)), item.text(_NAME).strip()[:LONGEST_NAME]
        known = next((row.label for row in self._rows() if row.label.id == id), None)
        # Not while the table is still writing what was typed: both make its rows anew.
        if column == _NAME and known is not None and known.name != name and not self._locked:
            QTimer.singleShot(0, self, lambda: self._name_run(id, name))
        else:
            QTimer.singleShot(0, self, self._fill)  # what may not be changed stands there as before

    def _name_run(self, id: int, name: str) -> None:
        if any(row.label.id == id for row in self._rows()):  # it may have been deleted meanwhile
            self._change(f"Name run {id}", id, name=name)

    @Slot()
    def _delete(self) -> None:
        label = self._label()
        if label is not None and not self._locked:
            self._document.set_runs(f"Delete run {label.id}", self._document.sketch.runs.without(label.id))

    def _change(self, words: str, id: int, **changes: object) -> None:
        if not self._locked:
            self._document.set_runs(words, self._document.sketch.runs.labelled(id, **changes))


def _cells(row: _Row, own: str) -> list[str]:
    label, record = row.label, row.record
    schema = schema_of(row.recipe)
    return [
        f"{label.id} ★" if label.starred else str(label.id),
        label.name,
        row.recipe.dataset if schema is None else schema.title,
        " · ".join(filter(None, (headline(record.test), folds_headline(record.folds), own))),
        counted(record.epochs, "epoch"),
        _when(label.began),
        "in use" if row.in_use else "",
    ]


def _when(began: str) -> str:
    """A moment as this computer writes it, in its own time zone; "" for one that is not known."""
    try:
        moment = datetime.fromisoformat(began).astimezone()
    except ValueError:
        return ""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(moment.timestamp())), QLocale.FormatType.ShortFormat)
