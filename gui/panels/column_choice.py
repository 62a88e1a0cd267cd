"""Which columns of a table come in at a data block: a list with a tick for each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from engine.graph.columns import Column
from engine.graph.layers import kind
from engine.graph.layers.kind import INPUT
from engine.text import printable
from gui.panels.fields import explain
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role

_MOST_ROWS = 9
"""Rows on show at once; further ones are scrolled to."""
_ALL_HERE = "All columns come in here. Untick those that come in at another data block."


class ColumnChoice(QWidget):
    """``edited`` brings the names that are ticked now, () for all of them; ``as_tokens`` whether categories are to come
    in as tokens; ``refused`` why none cannot be."""

    edited = Signal(tuple)
    as_tokens = Signal(bool)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._elsewhere: frozenset[str] = frozenset()
        self._words = "Columns"
        self._filled = False
        self.opener = QPushButton()
        self.note = PlainLabel(_ALL_HERE)
        self.list = QListWidget()
        self.all_button, self.rest_button = QPushButton("All"), QPushButton("Remaining only")
        self.tokens = QCheckBox("As tokens, for an Embedding")
        self._body = QWidget()
        self._lay_out()
        self.opener.toggled.connect(self._fold)
        self.list.itemChanged.connect(self._ticked)
        self.tokens.clicked.connect(self.as_tokens)
        self.all_button.clicked.connect(self._give_all)
        self.rest_button.clicked.connect(self._give_rest)
        self._fold(False)

    def _lay_out(self) -> None:
        set_role(self.opener, "link")
        self.opener.setCheckable(True)
        explain(self.opener, kind(INPUT).parameter("columns"))
        explain(self.tokens, kind(INPUT).parameter("tokens"))
        self.note.setWordWrap(True)
        set_role(self.note, "caption")
        self.list.setAccessibleName("Columns that come in here")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setUniformItemSizes(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(14)
        for button in (self.all_button, self.rest_button):
            set_role(button, "link")
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.rest_button.setToolTip("Only the columns that come in at no other data block")
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(self.note)
        inside.addWidget(self.list)
        inside.addLayout(buttons)
        inside.addWidget(self.tokens)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._body)

    def show_columns(
        self, columns: Sequence[Column], chosen: Sequence[str], tokens: bool, elsewhere: Sequence[str] | None
    ) -> None:
        """Show which of ``columns`` are ``chosen`` (none: all are), and whether as ``tokens``. ``elsewhere`` come in at
        other data blocks; None where there are no others."""
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._filled = False
        self._chosen, self._elsewhere = tuple(chosen), frozenset(elsewhere or ())
        ticked = set(chosen)
        self._show_list()
        count = sum(column.name in ticked for column in self._columns)
        self._say(f"Columns: {f'{count:,} of' if chosen else 'all'} {len(self._columns):,}")
        self.note.setVisible(not chosen)
        self.all_button.setEnabled(bool(chosen))
        self.tokens.setVisible(tokens or any(column.categories for column in self._columns))
        self.tokens.setChecked(tokens)
        rest = self._rest()
        self.rest_button.setVisible(elsewhere is not None)
        self.rest_button.setEnabled(bool(rest) and rest != self._chosen)

    def _show_list(self) -> None:
        """Show what is ticked. Of thousands of columns that takes a moment: it is done where the list is open."""
        if not self.opener.isChecked():
            return
        if not self._filled:
            self._filled = True
            self._fill()
        ticked = set(self._chosen)
        self.list.blockSignals(True)
        for row, column in enumerate(self._columns):
            is_in = not ticked or column.name in ticked
            self.list.item(row).setCheckState(Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)

    def _fill(self) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for column in self._columns:
            name = printable(column.title or column.name)
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            made = f", given as {counted(column.numbers, 'number')}" if column.numbers > 1 else ""
            item.setToolTip(plain_tip(f"{name}{made}"))
            self.list.addItem(item)
        self.list.blockSignals(False)
        rows = min(len(self._columns), _MOST_ROWS)
        frame = 2 * self.list.frameWidth()
        self.list.setFixedHeight(max(1, rows) * max(1, self.list.sizeHintForRow(0)) + frame + 2)

    def _say(self, words: str) -> None:
        self._words = words
        self.opener.setText(f"{'▾' if self.opener.isChecked() else '▸'} {words}")

    @Slot(bool)
    def _fold(self, open: bool) -> None:
        self._body.setVisible(open)
        self._show_list()
        self._say(self._words)

    def _rest(self) -> tuple[str, ...]:
        """The columns that come in at no other data block, in the order of the data."""
        return tuple(column.name for column in self._columns if column.name not in self._elsewhere)

    @Slot(QListWidgetItem)
    def _ticked(self, item: QListWidgetItem) -> None:
        states = ((self.list.item(row).checkState(), column) for row, column in enumerate(self._columns))
        ticked = tuple(column.name for state, column in states if state is Qt.CheckState.Checked)
        if not ticked:
            self.refused.emit("A data block gives at least one column.")
            self.list.blockSignals(True)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.blockSignals(False)
            return
        self.edited.emit(() if len(ticked) == len(self._columns) else ticked)

    @Slot()
    def _give_all(self) -> None:
        self.edited.emit(())

    @Slot()
    def _give_rest(self) -> None:
        self.edited.emit(self._rest())
