"""A form of settings: one row each, explained on hover, the advanced ones folded away at first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from engine.graph.parameters import Choice, Parameter
from gui.panels import searched_combo
from gui.panels.fields import Field, explain, field_for
from gui.plain_text import PlainLabel
from gui.theme.style import set_role

LABEL_WIDTH = 108
ROOM_FOR_CHOICE = 120
"""The width of words that a choice beside its label has room for; one with longer words stands below its label."""


@dataclass(frozen=True)
class FormRow:
    """One setting of a form: ``path`` names it to whoever listens.

    ``known_as`` is the path by which ``gui.manual`` knows the setting, where that is another one.
    """

    path: str
    parameter: Parameter
    value: Any
    known_as: str = ""


class SettingsForm(QWidget):
    """Rows of settings. ``edited(path, value)`` brings each allowed change, ``refused`` why one was not,
    ``settled`` that one is finished, ``doubted`` that ``problems`` may have changed. ``make`` makes an editor."""

    edited = Signal(str, object)
    refused = Signal(str)
    settled = Signal()
    doubted = Signal()

    def __init__(
        self,
        more: str = "More settings",
        parent: QWidget | None = None,
        *,
        make: Callable[[Parameter, Any], Field] = field_for,
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._more = more
        self._open = False
        self.fields: dict[str, Field] = {}
        """The editors of the settings on show, by path, from the top; the advanced ones last."""
        self._shown: list[tuple[str, Parameter, str]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._body: QWidget | None = None
        self._hidden: QWidget | None = None
        self.opener: QPushButton | None = None
        """What shows and hides the advanced settings; None where there are none."""

    def field(self, path: str) -> Field:
        """The editor of one setting. Raises KeyError."""
        return self.fields[path]

    def problems(self) -> tuple[str, ...]:
        """Why what stands in editors means nothing, from the top; empty while all of it means something."""
        return tuple(field.problem for field in self.fields.values() if field.problem)

    def show_rows(self, rows: Sequence[FormRow]) -> None:
        """Show these settings; editors stay as they are when only values differ, so that typing is not disturbed."""
        structure = [(row.path, row.parameter, row.known_as) for row in rows]
        if structure != self._shown:
            self._rebuild(rows)
            self._shown = structure
        for row in rows:
            self.fields[row.path].set_value(row.value)

    def _rebuild(self, rows: Sequence[FormRow]) -> None:
        for widget in (self._body, self.opener, self._hidden):
            if widget is not None:
                self._column.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        plain = [row for row in rows if not row.parameter.advanced]
        advanced = [row for row in rows if row.parameter.advanced]
        self._body, self.opener, self._hidden = self._grid(plain), None, None
        self._column.addWidget(self._body)
        if advanced:
            self.opener = QPushButton()
            set_role(self.opener, "link")
            self.opener.setCheckable(True)
            self.opener.setChecked(self._open)
            self.opener.toggled.connect(self._fold)
            self._column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
            self._hidden = self._grid(advanced)
            self._column.addWidget(self._hidden)
            self._fold(self._open)

    def _fold(self, open: bool) -> None:
        self._open = open
        if self.opener is not None and self._hidden is not None:
            self.opener.setText(f"{'▾' if open else '▸'} {self._more}")
            self._hidden.setVisible(open)

    def _grid(self, rows: Sequence[FormRow]) -> QWidget:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        line = 0
        for row in rows:
            label = PlainLabel(row.parameter.title)
            known_as = row.known_as or row.path
            explain(label, row.parameter, known_as)
            label.setWordWrap(True)
            field = self._make(row.parameter, row.value)
            field.belong_to(known_as)
            label.setBuddy(field)
            field.edited.connect(self._field_edited)
            field.refused.connect(self.refused)
            field.settled.connect(self.settled)
            field.doubted.connect(self.doubted)
            self.fields[row.path] = field
            if _is_long(field):
                grid.addWidget(label, line, 0, 1, 2)
                grid.addWidget(field, line + 1, 0, 1, 2)
            else:
                grid.addWidget(label, line, 0)
                grid.addWidget(field, line, 1)
            line += 2
        return body

    @Slot(object)
    def _field_edited(self, value: object) -> None:
        # Which field it was is asked of Qt: a lambda for each field would keep the form alive for ever.
        sender = self.sender()
        for path, field in self.fields.items():
            if field is sender:
                self.edited.emit(path, value)
                return


def _is_long(field: Field) -> bool:
    """Whether words of a choice would be cut off beside its label."""
    if not isinstance(field.parameter, Choice):
        return False
    if len(field.parameter.options) >= searched_combo.FROM:
        return False  # one sees what is chosen alone, and finds room for it by hovering
    metrics = field.fontMetrics()
    labels = map(field.parameter.label, field.parameter.options)
    return max(map(metrics.horizontalAdvance, labels)) > ROOM_FOR_CHOICE
