"""The inspector's page for one layer: what it is, why one uses it, its settings, its shapes and its cost."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.graph.errors import GraphError
from engine.inspection.costs import Costs, cost_words, time_words
from gui.canvas.actions import BYPASS, FREEZE
from gui.document import Document
from gui.keys_in_words import set_tip, with_key
from gui.panels.commit_edit import CommitEdit
from gui.panels.form import FormRow, SettingsForm
from gui.panels.note_field import LayerNoteField
from gui.panels.problem_card import ProblemCard
from gui.plain_text import PlainLabel
from gui.theme import fonts, icons
from gui.theme.style import set_role

_ENDS = {
    "Input": "Where data enters the block. Its name is what the input is called outside.",
    "Output": "What arrives here leaves the block.",
}
_REPLACE = "Make it a layer of another kind, keeping its wires and matching settings"
_NOT_MEASURED = "Not measured yet: choose Measure layers in the menu Train"


class LayerPage(QWidget):
    """Shows the selected layer and edits it through the document."""

    refused = Signal(str)
    replaced = Signal(str)
    """The id of the layer that another one should take the place of."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._id = ""
        self._kind = ""
        self.cards: list[ProblemCard] = []
        """Its problems, as shown."""
        self._costs: Costs | None = None
        self._badge, self.title_label, self.name_field = PlainLabel(), PlainLabel(), CommitEdit()
        self.summary_label, self.why_label, self.more_button = PlainLabel(), PlainLabel(), QPushButton("More…")
        self.replace_button = QPushButton("Replace with…")
        self.note_field = LayerNoteField()
        self.form = SettingsForm("Advanced settings")
        self.bypass_box, self.freeze_box = QCheckBox("Bypass"), QCheckBox("Freeze")
        self.figures: dict[str, QLabel] = {}
        self._problems = QVBoxLayout()
        self._lay_out()
        self.name_field.editingFinished.connect(self._rename)
        self.more_button.clicked.connect(self._toggle_why)
        self.replace_button.clicked.connect(self._ask_to_replace)
        self.note_field.edited.connect(self._set_note)
        self.note_field.settled.connect(document.settle)
        self.form.edited.connect(self._set_parameter)
        self.form.refused.connect(self.refused)
        self.form.settled.connect(document.settle)
        self.bypass_box.toggled.connect(self._set_bypassed)
        self.freeze_box.toggled.connect(self._set_frozen)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        set_role(self.title_label, "title")
        self.name_field.setFont(fonts.font("number"))
        self.name_field.setFixedWidth(112)
        self.name_field.setMaxLength(60)
        self.name_field.setAccessibleName("Name of the layer")
        meaning = "The layer's name in saved weights and exported code"
        set_tip(self.name_field, partial(with_key, meaning, "canvas.rename"))
        head.addWidget(self._badge)
        head.addWidget(self.title_label, 1)
        head.addWidget(self.name_field)
        column.addLayout(head)
        for label in (self.summary_label, self.why_label):
            label.setWordWrap(True)
            set_role(label, "quiet")
        column.addWidget(self.summary_label)
        set_role(self.more_button, "link")
        row = QHBoxLayout()
        row.addWidget(self.more_button)
        set_role(self.replace_button, "link")
        set_tip(self.replace_button, partial(with_key, _REPLACE, "canvas.replace"))
        row.addWidget(self.replace_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.why_label)
        column.addLayout(self._problems)
        column.addWidget(self.form)
        states = QHBoxLayout()
        states.setSpacing(16)
        set_tip(self.bypass_box, partial(with_key, BYPASS, "canvas.bypass"))
        set_tip(self.freeze_box, partial(with_key, FREEZE, "canvas.freeze"))
        states.addWidget(self.bypass_box)
        states.addWidget(self.freeze_box)
        states.addStretch(1)
        column.addLayout(states)
        column.addWidget(self.note_field)
        column.addLayout(self._figure_grid())
        column.addStretch(1)

    def _figure_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        for number, name in enumerate(("in", "out", "parameters", "time")):
            caption, value = PlainLabel(name), PlainLabel("–")
            set_role(caption, "caption")
            value.setFont(fonts.font("number"))
            value.setWordWrap(True)
            grid.addWidget(caption, 0, number)
            grid.addWidget(value, 1, number)
            grid.setColumnStretch(number, 1)
            self.figures[name] = value
        return grid

    # Showing

    def show_node(self, id: str) -> None:
        """Show a layer of the document; the same one again only brings its values up to date."""
        node = self._document.graph.nodes[id]
        kind = node.declaration
        other = id != self._id or node.kind != self._kind
        if other:
            self.why_label.hide()
            self.more_button.setText("More…")
        self._id, self._kind = id, node.kind
        self._badge.setPixmap(icons.family_icon(kind.family).pixmap(24, 24))
        self.title_label.setToolTip(kind.torch_class)
        if other or not (self.name_field.hasFocus() and self.name_field.is_draft()):
            self._show_name(node.name)
        end = _ENDS.get(node.kind)  # of a block: those of the network have pages of their own
        self.title_label.setText(kind.name)
        self.summary_label.setText(end or kind.summary)
        self.why_label.setText(kind.why)
        self.more_button.setVisible(end is None and bool(kind.why))
        self.bypass_box.setVisible(end is None)
        self.form.show_rows(
            [FormRow(p.name, p, node.params[p.name], f"{kind.family}.{p.name}") for p in kind.parameters]
        )
        for box, value in ((self.bypass_box, node.bypassed), (self.freeze_box, node.frozen)):
            box.blockSignals(True)
            box.setChecked(value)
            box.blockSignals(False)
        self.note_field.show_note(node.note, other=other)
        analysis = self._document.analysis
        inputs = analysis.nodes[id].inputs
        self.figures["in"].setText("\n".join(shape.label() for shape in inputs) or "–")
        self.figures["in"].setToolTip("\n".join(shape.words() for shape in inputs))
        out = analysis.shapes.get(id)
        self.figures["out"].setText(out.label() if out else "–")
        self.figures["out"].setToolTip(out.words() if out else "")
        weights = analysis.nodes[id].parameters
        self.figures["parameters"].setText("–" if weights is None else f"{weights:,}")
        self.freeze_box.setVisible(weights != 0 and end is None)
        self._show_cost()
        self._show_problems()

    def set_costs(self, costs: Costs | None) -> None:
        """What the layers were measured to cost; None when that is not known."""
        self._costs = costs
        self._show_cost()

    def _show_cost(self) -> None:
        cost = self._costs.layers.get(self._id) if self._costs is not None else None
        figure = self.figures["time"]
        figure.setText("–" if cost is None else time_words(cost.total_ms))
        if self._costs is not None and cost is not None:
            figure.setToolTip("\n".join(cost_words(self._costs, self._id)))
        else:
            set_tip(figure, partial(with_key, _NOT_MEASURED, "measure"))

    def _show_problems(self) -> None:
        for card in self.cards:
            self._problems.removeWidget(card)
            card.put_away()
        self.cards = [ProblemCard(problem, self._document) for problem in self._document.analysis.of(self._id)]
        for card in self.cards:
            self._problems.addWidget(card)

    # Editing

    def _toggle_why(self) -> None:
        self.why_label.setVisible(not self.why_label.isVisible())
        self.more_button.setText("Less" if self.why_label.isVisible() else "More…")

    def _set_parameter(self, name: str, value: object) -> None:
        if self._id not in self._document.graph.nodes:
            return  # taken away while its setting was being typed
        title = self._document.graph.nodes[self._id].declaration.parameter(name).title
        self._document.try_edit(
            f"Set {title.lower()}",
            lambda graph: graph.set_params(self._id, **{name: value}),
            merge=f"{self._id}.{name}",
        )

    def _rename(self) -> None:
        if self._id not in self._document.graph.nodes:
            return
        name = self.name_field.text().strip()
        before = self._document.graph.nodes[self._id].name
        self._show_name(before)
        if name == before:
            return
        try:
            self._document.edit("Rename", self._document.graph.rename(self._id, name))
        except GraphError as error:
            self.refused.emit(str(error))
        else:
            self._document.settle()

    def _show_name(self, name: str) -> None:
        self.name_field.show_text(name)
        self.name_field.setCursorPosition(0)  # of a long name its beginning is seen

    def _ask_to_replace(self) -> None:
        self.replaced.emit(self._id)

    def _set_note(self, words: str) -> None:
        id = self._id
        label = "Write a note" if words else "Remove a note"
        self._document.try_edit(label, lambda graph: graph.set(id, note=words), merge=f"{id} note")

    def _set_bypassed(self, value: bool) -> None:
        label = "Bypass" if value else "Stop bypassing"
        self._document.try_edit(label, lambda graph: graph.set(self._id, bypassed=value))

    def _set_frozen(self, value: bool) -> None:
        label = "Freeze" if value else "Unfreeze"
        self._document.try_edit(label, lambda graph: graph.set(self._id, frozen=value))
