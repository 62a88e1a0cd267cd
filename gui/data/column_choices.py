"""What is chosen for one column of a table: its type, its name, and what is done where a value is missing or rare.

Only what can be honoured is offered, each with what speaks for it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from engine.counting import counted
from engine.data.column_settings import LONGEST_TITLE, ChosenType, ColumnSetting
from engine.data.fields import DataField, Feature, Impute, Role
from engine.data.sources import own_table_settings
from engine.data.sources.own_table_view import ColumnSummary
from engine.text import printable
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role

_RULES = {
    Impute.MEDIAN: "The median",
    Impute.MEAN: "The mean",
    Impute.MOST_FREQUENT: "The most frequent",
    Impute.CATEGORY: "A category of its own",
    Impute.LEAVE_OUT: "Leave these rows out",
}
_RARE = (0, 1, 5, 10, 20, 0.01, 0.05)
"""From how many rows, or from which share of them, on a category has a column of its own."""
_LONGEST_FILL = 24
_SENSITIVE = "No one is to be treated unlike for it."
_SENSITIVE_NOTE = "Scoring a table says how right it is for each of its values."
_STAYS_INPUT = " It stays an input until you leave it out."
_MISSING_TIP = "What the network is given instead. Figures of all rows; it is given those of the training samples."
_RARE_TIP = "Rare categories, and with them those that turn up later, share one column, called other."


class ColumnChoices(QWidget):
    """``chosen(name, values, what)`` tells what is chosen of ``ColumnSetting`` for the column on show; ``what`` it is
    tells one choice from the next."""

    chosen = Signal(str, object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.type, self.missing, self.rare = QComboBox(), QComboBox(), QComboBox()
        self.title = QLineEdit()
        self.flag = QCheckBox("One more column: 1 where it is missing")
        self.sensitive = QCheckBox("Sensitive")
        self.evidence, self.sensitive_note = PlainLabel(), PlainLabel()
        self._labels = {
            self.type: PlainLabel("Type"),
            self.title: PlainLabel("Called"),
            self.missing: PlainLabel("Where a value is missing"),
            self.rare: PlainLabel("Rare categories"),
        }
        self._lay_out()
        self.type.activated.connect(self._choose_type)
        self.missing.activated.connect(self._choose_missing)
        self.rare.activated.connect(self._choose_rare)
        self.title.editingFinished.connect(self._rename)
        self.flag.clicked.connect(self._choose_flag)
        self.sensitive.clicked.connect(self._choose_sensitive)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        after: dict[QWidget, tuple[QWidget, ...]] = {self.type: (self.evidence,), self.missing: (self.flag,)}
        for widget, label in self._labels.items():
            label.setBuddy(widget)
            widget.setAccessibleName(label.text())
            for one in (label, widget, *after.get(widget, ())):
                column.addWidget(one)
            if widget is not self.rare:
                column.addSpacing(4)
        column.addWidget(self.sensitive)
        column.addWidget(self.sensitive_note)
        for note in (self.evidence, self.sensitive_note):
            note.setWordWrap(True)
            set_role(note, "caption")
        for box in (self.type, self.missing, self.rare):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setToolTip(plain_tip("What the column is called here. In files it is found by both names."))
        self.missing.setToolTip(plain_tip(_MISSING_TIP))
        self.rare.setToolTip(plain_tip(_RARE_TIP))
        self.sensitive.setToolTip(plain_tip(_SENSITIVE))

    def show_column(self, name: str, summary: ColumnSummary, field: DataField | None, setting: ColumnSetting) -> None:
        """Show what is chosen for a column; ``field`` is what it was taken for, None while that is not known."""
        if name != self._name or not self.title.hasFocus() or setting.title != self.title.property("held"):
            self.title.setText(setting.title)
        self.title.setProperty("held", setting.title)
        self._name = name
        self.title.setPlaceholderText(printable(name))
        self._show_type(summary, field, setting)
        used = field is not None and field.role is Role.INPUT
        self._show_missing(summary, field if used else None, setting)
        is_category = used and field is not None and field.feature is Feature.CATEGORY
        self._show(self.rare, is_category)
        if is_category:
            known = _RARE if setting.rare in _RARE else (*_RARE, setting.rare)
            _fill(self.rare, [(_rare(one), one) for one in known], setting.rare)
        is_target = field is not None and field.role is Role.TARGET
        self.sensitive.setVisible(not is_target)
        self.sensitive.setChecked(setting.sensitive)
        self.sensitive_note.setVisible(setting.sensitive and not is_target)
        self.sensitive_note.setText(f"{_SENSITIVE_NOTE}{_STAYS_INPUT if used else ''}")

    def _show(self, widget: QWidget, visible: bool) -> None:
        widget.setVisible(visible)
        self._labels[widget].setVisible(visible)

    def _show_type(self, summary: ColumnSummary, field: DataField | None, setting: ColumnSetting) -> None:
        placed = field is not None and field.role in (Role.TARGET, Role.GROUP, Role.TIME, Role.PARTS)
        self._show(self.type, not placed)
        self.evidence.setVisible(not placed)
        rows = [(f"Automatic: {_called(summary.guess).lower()}", ChosenType.AUTO.value)]
        total = sum(summary.bars) if summary.is_number else 0
        for offer in summary.offers:
            cells = f": {counted(offer.cells, 'cell')}" if offer.cells and offer.cells != total else ""
            rows.append((f"{_called(offer.type)}{cells}", offer.type.value))
        _fill(self.type, rows, setting.type.value)
        kind = summary.guess if setting.type is ChosenType.AUTO else setting.type
        found = next((one.evidence for one in summary.offers if one.type is kind), "")
        self.evidence.setText(f"{_called(kind)}: {found}." if found else "")

    def _show_missing(self, summary: ColumnSummary, field: DataField | None, setting: ColumnSetting) -> None:
        rules = () if field is None else own_table_settings.rules_for(field.feature)
        self._show(self.missing, bool(rules))
        self.flag.setVisible(bool(rules) and field is not None and field.missing > 0 and field.impute.fills)
        if field is None or not rules:
            return
        fills = summary.fills.get(field.feature, {})
        if field.log:
            fills = {rule: text for rule, text in fills.items() if rule is not Impute.MEAN}
        rows = []
        for rule in rules:
            filled = printable(fills.get(rule, ""))
            filled = filled if len(filled) <= _LONGEST_FILL else f"{filled[: _LONGEST_FILL - 1]}…"
            if rule is Impute.LEAVE_OUT and field.missing:
                filled = f"{field.missing:,}"
            rows.append((f"{_RULES[rule]}{f': {filled}' if filled else ''}", rule.value))
        _fill(self.missing, rows, (setting.missing or field.impute).value)
        self.flag.setChecked(field.flag)

    @Slot(int)
    def _choose_type(self, place: int) -> None:
        self._choose("type", ChosenType(self.type.itemData(place)))

    @Slot(int)
    def _choose_missing(self, place: int) -> None:
        self._choose("missing", None if place == 0 else self.missing.itemData(place))

    @Slot(int)
    def _choose_rare(self, place: int) -> None:
        self._choose("rare", self.rare.itemData(place))

    @Slot(bool)
    def _choose_flag(self, on: bool) -> None:
        self._choose("flag", on)

    @Slot(bool)
    def _choose_sensitive(self, on: bool) -> None:
        self._choose("sensitive", on)

    @Slot()
    def _rename(self) -> None:
        title = self.title.text().strip()
        if title != self.title.property("held"):
            self._choose("title", title if title != self._name else "")

    def _choose(self, what: str, value: Any) -> None:
        self.chosen.emit(self._name, {what: value}, what)


def _called(kind: ChosenType) -> str:
    words = {ChosenType.YES_NO: "Yes or no", ChosenType.TEXT: "Text", ChosenType.AUTO: "Text"}
    return words.get(kind, kind.value.capitalize())


def _rare(rare: float) -> str:
    if not rare:
        return "Automatic"
    if rare == 1:
        return "None: each has a column"
    least = f"{100 * rare:g} % of the rows" if rare < 1 else counted(int(rare), "row")
    return f"Those in under {least} together"


def _fill(box: QComboBox, rows: list[tuple[str, Any]], current: Any) -> None:
    """Offer ``rows``, words and the value each stands for, unless they are on offer."""
    if [(box.itemText(at), box.itemData(at)) for at in range(box.count())] != rows:
        box.clear()
        for words, value in rows:
            box.addItem(words, value)
    box.setCurrentIndex(next((at for at, (_, value) in enumerate(rows) if value == current), -1))
