"""A form with one field for each column of a table: only those that are on show are made, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from engine.data.fields import DataField
from engine.data.tables.seen import ColumnSeen
from engine.text import printable
from gui.elided import TwoLineLabel
from gui.panels.fields import Field
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.tryout.cell_fields import cell_field, tip_of

SEARCHED_ABOVE = 12
"""Columns above which there is a field to search for one by its name."""
_ROW, _GAP, _EDGE = 28, 6, 16
_MOST_LABEL = 160
_AHEAD = 12
"""Rows that are made before they come into view, so that the Tab key finds the next one."""


class ColumnForm(QWidget):
    """``edited(number, text)`` brings each cell that is another now, by the number of its field; ``doubted`` that
    ``problems`` may have changed."""

    edited = Signal(int, str)
    doubted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[DataField, ...] = ()
        self._seen: tuple[ColumnSeen, ...] = ()
        self._texts: list[str] = []
        self._shown: list[int] = []
        """The numbers of the fields that match what is searched for, from the top."""
        self._made: dict[int, tuple[TwoLineLabel, Field]] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search columns")
        self.search.setAccessibleName("Search columns")
        self.search.setClearButtonEnabled(True)
        self.nothing = PlainLabel()
        set_role(self.nothing, "quiet")
        self.area = _Area()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidgetResizable(False)
        self.area.setAccessibleName("Values of the columns")
        self._body = QWidget()
        set_role(self._body, "panel")
        self.area.setWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(_EDGE, 8, _EDGE, 0)
        top.addWidget(self.search)
        top.addWidget(self.nothing)
        column.addLayout(top)
        column.addWidget(self.area, 1)
        self.search.textChanged.connect(self._search)
        self.area.verticalScrollBar().valueChanged.connect(self._make_rows)
        self.area.resized.connect(self._arrange)
        for widget in (self.search, self.nothing):
            widget.hide()

    # What it shows

    def show_fields(self, fields: Sequence[DataField], seen: Sequence[ColumnSeen], texts: Sequence[str]) -> None:
        """Show other columns, with what training samples hold in them and a text for each."""
        for label, field in self._made.values():
            for widget in (label, field):
                widget.hide()
                widget.deleteLater()
        self._made = {}
        self._fields, self._seen, self._texts = tuple(fields), tuple(seen), list(texts)
        self.search.setVisible(len(self._fields) > SEARCHED_ABOVE)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._search()

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show other cells of the same columns."""
        self._texts = list(texts)
        for number, (_, field) in self._made.items():
            field.set_value(self._texts[number])

    def set_text(self, number: int, text: str) -> None:
        """Show another text in one cell, without saying that it was edited."""
        self._texts[number] = text
        if number in self._made:
            self._made[number][1].set_value(text)

    def field(self, key: str | int) -> Field:
        """The editor of a field by its number, which is made if it has not been seen yet. Raises KeyError."""
        number = int(key)
        if not 0 <= number < len(self._fields):
            raise KeyError(key)
        return self._row(number)[1]

    def problems(self) -> tuple[str, ...]:
        """Why what stands in fields means nothing, from the top; empty while all of it means something."""
        return tuple(field.problem for _, (_, field) in sorted(self._made.items()) if field.problem)

    @property
    def made(self) -> int:
        """How many editors there are by now."""
        return len(self._made)

    def reveal(self, number: int) -> None:
        """Bring a field into view and give it the keyboard."""
        if number not in self._shown:
            self.search.clear()
        field = self._row(number)[1]
        self._place(number)
        self.area.ensureWidgetVisible(field, 0, _ROW)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    # Rows

    @Slot()
    def _search(self, *_words: object) -> None:
        wanted = self.search.text().strip().casefold()
        self._shown = [n for n, field in enumerate(self._fields) if wanted in field.shown.casefold()]
        self.nothing.setText(f"No column matches “{self.search.text().strip()}”.")
        self.nothing.setVisible(bool(self._fields) and not self._shown)
        for number in set(self._made) - set(self._shown):
            for widget in self._made[number]:
                widget.hide()
        self.area.verticalScrollBar().setValue(0)
        self._arrange()

    @Slot()
    def _arrange(self) -> None:
        """The size of all rows together, and the places of those there are."""
        count = len(self._shown)
        height = 2 * 10 + count * _ROW + max(0, count - 1) * _GAP
        self._body.resize(self.area.viewport().width(), height if count else 0)
        places = {number: place for place, number in enumerate(self._shown)}
        for number in self._made:
            if number in places:
                self._place(number, places[number])
        self._make_rows()

    @Slot()
    def _make_rows(self, *_value: object) -> None:
        top, height = self.area.verticalScrollBar().value(), self.area.viewport().height()
        first = max(0, top // (_ROW + _GAP) - _AHEAD)
        last = min(len(self._shown), (top + height) // (_ROW + _GAP) + 1 + _AHEAD)
        for place in range(first, last):
            number = self._shown[place]
            if number not in self._made:
                self._row(number)
                self._place(number, place)

    def _row(self, number: int) -> tuple[TwoLineLabel, Field]:
        if number in self._made:
            return self._made[number]
        field = cell_field(number, self._fields[number], self._seen[number])
        field.set_value(self._texts[number])
        label = TwoLineLabel()
        label.setText(printable(self._fields[number].shown))
        label.setToolTip(tip_of(field.parameter))
        label.setBuddy(field)
        field.edited.connect(self._edited)
        field.doubted.connect(self.doubted)
        for widget in (label, field):
            widget.setParent(self._body)
        before = max((other for other in self._made if other < number), default=None)
        if before is not None:
            QWidget.setTabOrder(_editor(self._made[before][1]), _editor(field))
        elif self._made:
            QWidget.setTabOrder(_editor(field), _editor(self._made[min(self._made)][1]))
        self._made[number] = (label, field)
        return self._made[number]

    def _place(self, number: int, place: int | None = None) -> None:
        if place is None:
            place = self._shown.index(number)
        label, field = self._made[number]
        width, y = self._body.width() - 2 * _EDGE, 10 + place * (_ROW + _GAP)
        left = min(_MOST_LABEL, int(width * 0.42))
        label.setGeometry(_EDGE, y, left, _ROW)
        field.setGeometry(_EDGE + left + 8, y, max(40, width - left - 8), _ROW)
        for widget in (label, field):
            widget.show()

    @Slot(object)
    def _edited(self, value: object) -> None:
        # Which field it was is asked of Qt: a lambda for each field would keep the form alive for ever.
        sender = self.sender()
        for number, (_, field) in self._made.items():
            if field is sender:
                field.value = value
                self._texts[number] = str(value)
                self.edited.emit(number, str(value))
                return


class _Area(QScrollArea):
    """``resized`` tells that there is more or less room for rows."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


def _editor(field: Field) -> QWidget:
    """What has the keyboard of a field."""
    return field.focusProxy() or field
