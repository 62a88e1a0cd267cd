"""How the file of a table was read: each judgement with what it was judged by, and a choice of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.data.sources.own_table_guesses import Guess
from engine.data.table_reading import AUTO, OPTIONS
from engine.graph.parameters import Choice, Integer, Parameter
from engine.text import printable
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role

_EDITOR, _HEIGHT = 330, 230
_MOST_LISTED = 20
"""Lines passed over that can be chosen."""
_TITLE = "How it was read"


class _Row:
    """An option of reading: its name, an editor, and what was judged of it by itself."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.label, self.evidence = PlainLabel(parameter.title), PlainLabel()
        self.editor: QComboBox | QLineEdit = QComboBox() if parameter.name != "missing" else QLineEdit()
        self.label.setToolTip(plain_tip(parameter.help))
        self.label.setBuddy(self.editor)
        self.editor.setFixedWidth(_EDITOR)
        self.editor.setAccessibleName(parameter.title)
        self.editor.setToolTip(plain_tip(parameter.help))
        if isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText("further words, such as -999")
        self.evidence.setWordWrap(True)
        self.evidence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.evidence, "quiet")

    def show(self, value: Any, guesses: Sequence[Guess], shown: bool, sheets: Sequence[str]) -> None:
        """Show the option's ``value``, and what was judged where nothing is said."""
        mine = [guess for guess in guesses if guess.option == self.parameter.name]
        lines = [mine[0].evidence] if mine else []
        lines += [f"{guess.setting}: {guess.value}. {guess.evidence}" for guess in mine[1:]]
        self.evidence.setText(printable("\n".join(lines), lines=True))
        self.evidence.setAccessibleName(f"Why: {self.parameter.title}")
        if isinstance(self.editor, QLineEdit):
            if not self.editor.hasFocus():
                self.editor.setText(str(value))
        else:
            self._list(self.editor, value, mine[0].value if mine else "", sheets)
        for widget in (self.label, self.editor, self.evidence):
            widget.setVisible(shown)

    def _list(self, box: QComboBox, value: Any, guessed: str, sheets: Sequence[str]) -> None:
        nothing = self.parameter.default
        found = f"automatic: {printable(guessed)}" if guessed and value == nothing else "automatic"
        items = [(found, nothing), *_choices(self.parameter, value, sheets)]
        if [(box.itemText(at), box.itemData(at)) for at in range(box.count())] != items:
            box.blockSignals(True)
            box.clear()
            for words, data in items:
                box.addItem(words, data)
            box.blockSignals(False)
        box.setCurrentIndex(next((at for at, (_, data) in enumerate(items) if data == value), 0))


def _choices(parameter: Parameter, value: Any, sheets: Sequence[str]) -> list[tuple[str, Any]]:
    """What can be chosen beside "automatic"."""
    if isinstance(parameter, Choice):
        return [(parameter.label(option), option) for option in parameter.options if option != AUTO]
    if isinstance(parameter, Integer):
        listed = [*range(_MOST_LISTED + 1)]
        return [(f"{one:,}", one) for one in sorted({*listed, *([value] if isinstance(value, int) else [])})]
    named = [*sheets, *([value] if value and value not in sheets else [])]
    return [(printable(name), name) for name in named]


class ReadingPanel(QWidget):
    """Folded away at first. ``chosen(option, value)`` tells what is wanted."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opener = QPushButton()
        self.rows = {parameter.name: _Row(parameter) for parameter in OPTIONS}
        """What is shown of each option, by its name."""
        self.other = PlainLabel()
        """What was judged that no option changes."""
        set_role(self.opener, "link")
        self.opener.setCheckable(True)
        self.opener.setAutoDefault(False)  # the dialog would dress it as the button that Return presses
        self.other.setWordWrap(True)
        set_role(self.other, "quiet")
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for line, row in enumerate(self.rows.values()):
            top = Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(row.label, line, 0, top)
            grid.addWidget(row.editor, line, 1, top)
            grid.addWidget(row.evidence, line, 2)
            if isinstance(row.editor, QComboBox):
                row.editor.activated.connect(self._activated)
            else:
                row.editor.editingFinished.connect(self._finished)
        grid.addWidget(self.other, len(self.rows), 0, 1, 3)
        grid.setRowStretch(len(self.rows) + 1, 1)
        self.body = QScrollArea()
        self.body.setWidget(body)
        self.body.setWidgetResizable(True)
        self.body.setFixedHeight(_HEIGHT)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setFrameShape(QScrollArea.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.body)
        self._values: dict[str, Any] = {}
        self._problem = False
        self.opener.toggled.connect(self._fold)
        self._fold(False)

    def show_reading(
        self, options: Mapping[str, Any], guesses: Sequence[Guess], sheets: Sequence[str], *, problem: bool = False
    ) -> None:
        """Show what the options say and what was judged; unfolded where the file cannot be read under them."""
        of_sheet = bool(sheets)
        said = {guess.option for guess in guesses}
        for name, row in self.rows.items():
            value = options.get(name, row.parameter.default)
            self._values[name] = value
            # What can be said of text files says nothing of a spreadsheet, and the other way round.
            shown = name in said or value != row.parameter.default or (not guesses and (name != "sheet" or of_sheet))
            row.show(value, guesses, shown, sheets)
        others = [f"{guess.setting}: {guess.value}. {guess.evidence}" for guess in guesses if not guess.option]
        self.other.setText(printable("\n".join(others), lines=True))
        self.other.setVisible(bool(others))
        if problem and not self._problem:
            self.opener.setChecked(True)
        self._problem = problem

    @Slot(bool)
    def _fold(self, open: bool) -> None:
        self.opener.setText(f"{'▾' if open else '▸'} {_TITLE}")
        self.body.setVisible(open)

    @Slot(int)
    def _activated(self, place: int) -> None:
        for name, row in self.rows.items():
            if row.editor is self.sender() and isinstance(row.editor, QComboBox):
                self._choose(name, row.editor.itemData(place))
                return

    @Slot()
    def _finished(self) -> None:
        for name, row in self.rows.items():
            if row.editor is self.sender() and isinstance(row.editor, QLineEdit):
                self._choose(name, row.editor.text().strip())
                return

    def _choose(self, name: str, value: Any) -> None:
        if value != self._values.get(name, self.rows[name].parameter.default):
            self._values[name] = value
            self.chosen.emit(name, value)
