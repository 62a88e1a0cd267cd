"""The inspector's page for the goal block: loss, optimizer, schedule and length of training."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.reports.automatic import named
from engine.training.data_loading import kind_chosen, schema_of
from engine.training.in_use import settings_in_use
from engine.training.recipe import SECTIONS, Setting
from engine.training.settings import AUGMENTATION, GOAL_GROUPS, TASK
from gui.document import Document
from gui.panels.augmentation_preview import AugmentationPreview
from gui.panels.form import FormRow, SettingsForm
from gui.panels.goal_settings import goal_rows
from gui.panels.problem_card import ProblemCard
from gui.panels.task_choice import TASK_KIND
from gui.panels.task_chooser import TaskChooser
from gui.plain_text import PlainLabel
from gui.theme import icons
from gui.theme.style import set_role

_WORDS = "The loss measures how wrong the output is; the optimizer changes the weights to reduce it."


class GoalPage(QWidget):
    """Every training setting, in groups."""

    refused = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._badge = PlainLabel()
        self.forms: dict[str, SettingsForm] = {}
        self.cards: list[ProblemCard] = []
        """Its problems, as shown."""
        self._problems = QVBoxLayout()
        self._id = ""
        self.own = SettingsForm()
        """The settings of the goal block on show; hidden where there is one for all that is learned."""
        self.words = PlainLabel(_WORDS)
        self.words.setWordWrap(True)
        set_role(self.words, "quiet")
        self.chooser = TaskChooser(document)
        self.augmentation = AugmentationPreview()
        self.notes: dict[str, QLabel] = {}
        self._headings: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(10)
        title = PlainLabel("Goal")
        set_role(title, "title")
        head.addWidget(self._badge)
        head.addWidget(title, 1)
        column.addLayout(head)
        column.addWidget(self.own)
        self.own.edited.connect(self._set_own)
        self.own.refused.connect(self.refused)
        self.own.settled.connect(document.settle)
        for group in GOAL_GROUPS:
            heading = PlainLabel(group.upper())
            set_role(heading, "section")
            column.addSpacing(6)
            column.addWidget(heading)
            note = PlainLabel()
            note.setWordWrap(True)
            set_role(note, "caption")
            form = SettingsForm("More")
            form.edited.connect(self._edit)
            form.refused.connect(self.refused)
            form.settled.connect(document.settle)
            if group == TASK:
                column.addWidget(self.chooser)
            if group == AUGMENTATION:  # in view while the first of its settings are changed
                column.addWidget(self.augmentation)
            column.addWidget(form)
            column.addWidget(note)
            self._headings[group], self.forms[group], self.notes[group] = heading, form, note
            if group == TASK:
                column.addWidget(self.words)
                column.addLayout(self._problems)
        column.addStretch(1)

    def form(self, group: str) -> SettingsForm:
        """The form under a heading. Raises KeyError."""
        return self.forms[group]

    def show_node(self, id: str) -> None:
        """Show the document's recipe, and what is particular to one goal block."""
        self._id = id
        self.show_recipe()

    def _show_own(self) -> None:
        node, signature = self._document.whole.nodes.get(self._id), self._document.whole_signature
        shown = node is not None and node.is_output and signature is not None and bool(signature.target.goals)
        self.own.setVisible(shown)
        if shown and node is not None and signature is not None:
            self.own.show_rows(list(goal_rows(node, signature.target)))

    def _set_own(self, name: str, value: object) -> None:
        id = self._id
        if id in self._document.graph.nodes:
            title = self._document.graph.nodes[id].declaration.parameter(name).title
            self._document.try_edit(
                f"Set {title.lower()}",
                lambda graph: graph.set_params(id, **{name: value}),
                merge=f"{id}.{name}",
            )

    def show_recipe(self) -> None:
        """Show the document's recipe and what is wrong with the goal."""
        recipe = self._document.recipe
        self._show_own()
        self._badge.setPixmap(icons.family_icon("goal").pixmap(24, 24))
        settings = list(settings_in_use(recipe))
        schema = schema_of(recipe)
        kind = kind_chosen(recipe)
        self.words.setVisible(kind is None or kind.uses("loss"))
        self.chooser.show_kinds(kind)
        asked = bool(self.chooser.cards)
        self.chooser.setVisible(asked)
        for group in GOAL_GROUPS:
            here = [setting for setting in settings if setting.group == group and setting.path != TASK_KIND]
            rows = [FormRow(setting.path, named(setting, schema), setting.value) for setting in here]
            self._headings[group].setVisible(bool(rows) or (group == TASK and asked))
            self.forms[group].setVisible(bool(rows))
            self.forms[group].show_rows(rows)
            self.notes[group].setText(_note(group, settings))
            self.notes[group].setVisible(bool(self.notes[group].text()))
        can_augment = any(setting.group == AUGMENTATION for setting in settings)
        self.augmentation.show_recipe(recipe, schema, can_augment)
        goals = self._document.graph.of_kind("Output")
        for card in self.cards:
            self._problems.removeWidget(card)
            card.put_away()
        found = [problem for goal in goals for problem in self._document.analysis.of(goal.id)]
        self.cards = [ProblemCard(problem, self._document) for problem in found]
        for card in self.cards:
            self._problems.addWidget(card)

    def _edit(self, path: str, value: object) -> None:
        self._document.try_setting("Change the training", path, value)


def _note(group: str, settings: list[Setting]) -> str:
    """One sentence about the kind that is chosen in a group: what Adam is, what cosine does."""
    if group == TASK:
        return ""  # it stands beside the kind itself
    kinds = {setting.path.removesuffix(".kind"): setting.value for setting in settings if setting.group == group}
    return next((SECTIONS[name].SUMMARIES.get(kind, "") for name, kind in kinds.items() if name in SECTIONS), "")
