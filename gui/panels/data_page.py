"""The inspector's page for the data block: which dataset, what is in it, how it is divided and prepared."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.counting import counted
from engine.data import catalogue
from engine.data import fields as of_fields
from engine.data.dataset import DataError, Schema
from engine.data.kinds import DataKind, PreparationKind
from engine.data.pipeline import pipeline
from engine.graph.parameters import Params
from engine.graph.targets import TargetKind
from engine.number_text import rounded
from engine.reports.automatic import named
from engine.reports.data_words import name_unread, unit
from engine.tasks.proposed import Proposal
from engine.text import printable
from engine.training.in_use import settings_in_use
from engine.training.recipe import Recipe, RecipeError
from engine.training.settings import DATA
from engine.training.telemetry import Report
from gui.data_warnings import DataWarnings
from gui.dataset_preview import DatasetPreview
from gui.document import Document
from gui.elided import ElidedLabel
from gui.looked_at import LookAt, look_of
from gui.panels.column_choice import ColumnChoice
from gui.panels.file_card import FileCard
from gui.panels.fit_preview import FitPreview
from gui.panels.form import FormRow, SettingsForm
from gui.panels.pictures import seen, sheet
from gui.panels.problem_card import ProblemCard
from gui.plain_text import PlainLabel, plain_tip
from gui.splits.facts import facts_of
from gui.splits.folds import FoldStrip
from gui.splits.strip import SplitStrip
from gui.theme import icons
from gui.theme.style import set_role

_MOST_COUNTS = 12
_MOST_FIELDS = 12


class DataPage(QWidget):
    """Shows the recipe's dataset. ``choose`` asks for the list of datasets, ``choose_file`` for a file."""

    choose = Signal()
    choose_file = Signal()
    """Which file of the user's it is, is to be chosen."""
    look = Signal()
    """All rows of the table, or all images, are to be shown."""
    refused = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._badge, self.title_label, self.facts_label = PlainLabel(), ElidedLabel(), PlainLabel()
        self.summary_label, self.pictures_label = PlainLabel(), PlainLabel()
        self.counts_label, self.origin_label = PlainLabel(), PlainLabel()
        self.split = SplitStrip()
        """How the samples are divided; hidden for data that is not known."""
        self._split_of: Hashable = None
        self.folds = FoldStrip()
        """The folds of cross-validation; hidden for what is read in order."""
        self._report: Report | None = None
        """Of the run under way."""
        self.form = SettingsForm("Splits and preparation")
        self.file = FileCard()
        """What has become of a file of the user's; hidden for other data."""
        self._look: DatasetPreview | None = None
        self.prepared_label = PlainLabel()
        """What is done to each field before the network is given it."""
        self.columns = ColumnChoice()
        """Which columns of a table come in at the block on show; hidden for other data."""
        self.fit = FitPreview()
        """How images of other proportions are framed; hidden for other data."""
        self.warnings = DataWarnings(document)
        """What should make one pause before learning from the data."""
        self.cards: list[ProblemCard] = []
        """Its problems, as shown."""
        self._id = ""
        self._problems = QVBoxLayout()
        self._change = QPushButton("Choose another dataset…")
        self.look_button = QPushButton("Look at the data…")
        """Hidden for data that is neither images nor a table of the user's."""
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        set_role(self.title_label, "title")
        head.addWidget(self._badge)
        head.addWidget(self.title_label, 1)
        column.addLayout(head)
        for label in (self.summary_label, self.facts_label, self.counts_label, self.prepared_label, self.origin_label):
            label.setWordWrap(True)
            set_role(label, "quiet")
        set_role(self.origin_label, "caption")
        self.origin_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.file)
        column.addWidget(self.summary_label)
        column.addWidget(self.pictures_label)
        column.addWidget(self.facts_label)
        column.addWidget(self.split)
        column.addWidget(self.folds)
        column.addWidget(self.counts_label)
        column.addLayout(self._problems)
        column.addWidget(self.fit)
        column.addWidget(self.warnings)
        column.addWidget(self.columns)
        column.addWidget(self.look_button)
        column.addWidget(self._change)
        column.addWidget(self.form)
        column.addWidget(self.prepared_label)
        column.addWidget(self.origin_label)
        column.addStretch(1)
        self._change.clicked.connect(self.choose)
        self.look_button.clicked.connect(self.look)
        self.file.choose.connect(self.choose_file)
        self.form.edited.connect(self._edit)
        self.form.refused.connect(self.refused)
        self.form.settled.connect(document.settle)
        self.split.moved.connect(self._move_split)
        self.split.settled.connect(document.settle)
        self.folds.wanted.connect(self._set_folds)
        self.columns.edited.connect(self._choose_columns)
        self.columns.as_tokens.connect(self._set_tokens)
        self.columns.refused.connect(self.refused)
        self.fit.chosen.connect(lambda name: self._edit("dataset_options.fit", name))

    def show_node(self, id: str, look: DatasetPreview | None) -> None:
        """Show the dataset, and what of it comes in at one data block."""
        is_another, self._id = id != self._id, id
        self.show_recipe(look)
        if is_another:
            graph = self._document.whole
            self.columns.opener.setChecked(len(graph.inputs) > 1 or bool(graph.nodes[id].params.columns))

    def show_recipe(self, look: DatasetPreview | None) -> None:
        """Show the dataset of the document's recipe; ``look`` is None while it is being loaded."""
        recipe = self._document.recipe
        self._badge.setPixmap(icons.family_icon("data").pixmap(24, 24))
        self._look = look
        self._show_block()
        self.look_button.setVisible(look_of(recipe) is not LookAt.NOTHING)
        self.file.show_recipe(recipe)
        self.fit.show_recipe(recipe)
        self.warnings.show_recipe()
        try:
            shares = {"validation": recipe.validation, "test": recipe.test}
            schema = catalogue.schema(recipe.dataset, recipe.dataset_options, **shares)
        except DataError as error:
            self._show_unknown(recipe, str(error))
            return
        self.form.show()
        self._show_title(schema.title)
        self.summary_label.setText(schema.summary)
        self.summary_label.show()
        self.origin_label.setText(f"{schema.origin} Licence: {schema.licence}")
        self._show_look(schema, look)
        self._show_split(schema, look)
        self.prepared_label.setText(self._prepared(schema, recipe))
        # What is empty would leave a gap.
        self.pictures_label.setVisible(not self.pictures_label.pixmap().isNull())
        self.counts_label.setVisible(bool(self.counts_label.text()))
        rows = _options(recipe)
        rows += [
            FormRow(setting.path, named(setting, schema), setting.value)
            for setting in settings_in_use(recipe)
            if setting.group == DATA
        ]
        self.form.show_rows(rows)

    def _show_block(self) -> None:
        """Which columns come in at the block on show, and what is wrong with it."""
        graph, analysis = self._document.whole, self._document.whole_analysis
        signature, node = analysis.signature, graph.nodes.get(self._id)
        shown = node is not None and signature is not None and not signature.undivided
        self.columns.setVisible(shown)
        if shown and node is not None and signature is not None:
            others = [other for other in graph.inputs if other.id != node.id]
            every = [column.name for column in signature.columns]
            given = {name for other in others for name in (other.params.columns or every)}
            elsewhere = [name for name in every if name in given] if others else None
            self.columns.show_columns(signature.columns, node.params.columns, node.params.tokens, elsewhere)
        for card in self.cards:
            self._problems.removeWidget(card)
            card.put_away()
        self.cards = [ProblemCard(problem, self._document) for problem in analysis.of(self._id) if node is not None]
        for card in self.cards:
            self._problems.addWidget(card)

    def _choose_columns(self, names: tuple[str, ...]) -> None:
        id = self._id
        self._document.try_edit("Choose columns", lambda graph: graph.set_params(id, columns=names))

    def _set_tokens(self, tokens: bool) -> None:
        id = self._id
        self._document.try_edit("Set as tokens", lambda graph: graph.set_params(id, tokens=tokens))

    def show_opening(self, pending: Path | None, proposal: Proposal | None) -> None:
        """The file that is being opened, None for none, and the network proposed for the one there is."""
        self.file.show_opening(pending, proposal)
        self.show_recipe(self._look)

    def _show_title(self, title: str) -> None:
        self.title_label.setText(title)
        self.title_label.setToolTip(plain_tip(title))

    def _prepared(self, schema: Schema, recipe: Recipe) -> str:
        """What is done to each field: measured where the network was trained on this data, else what will be."""
        trained = self._document.trained
        preparation = None
        if trained is not None and (trained.recipe.dataset, trained.recipe.dataset_options) == (
            recipe.dataset,
            recipe.dataset_options,
        ):
            preparation = trained.preparation
        if preparation is not None and preparation.table is not None:
            schema = preparation.table.schema()
        found = pipeline(schema, preparation, PreparationKind(recipe.preparation), _MOST_FIELDS)
        lines = [f"{printable(one.name)}: {printable(one.words)}" for one in found]
        more = len(of_fields.inputs(schema.fields)) - _MOST_FIELDS
        lines += [f"… {counted(more, 'more field', 'more fields')}"] if more > 0 else []
        title = "Preparation" if preparation is None else "Preparation, measured on the training samples"
        return "\n".join([title, *lines])

    def _show_unknown(self, recipe: Recipe, problem: str) -> None:
        """A dataset that is not known here, or a file that is missing, cannot be read or is still being read."""
        own = catalogue.is_of_file(recipe.dataset)
        self._show_title(name_unread(recipe))
        self.summary_label.setText("" if own else problem)
        self.summary_label.setVisible(not own)
        for label in (self.facts_label, self.counts_label, self.prepared_label, self.origin_label):
            label.clear()
        self.pictures_label.clear()
        self.split.setVisible(own)
        self.folds.setVisible(own)
        if own:
            self._split_of = None
            self.split.show_split(facts_of(recipe, None, None))
            self._show_folds()
        self.form.setVisible(own)
        if own:
            self.form.show_rows(_options(recipe))

    def _show_look(self, schema: Schema, look: DatasetPreview | None) -> None:
        target = schema.target
        names = "" if target.measured else f" · {counted(len(target.names), 'class', 'classes')}"
        if target.kind is TargetKind.LABELS:
            names = f" · {counted(target.size, 'label')}"
        if schema.kind is DataKind.TEXT:
            names = f" · {counted(target.size, 'token')} to tell apart"
        text = f"{schema.input.words()} each{names}"
        self.pictures_label.clear()
        self.counts_label.clear()
        if look is None:
            self.facts_label.setText(f"{text}\nLoading the data…")
            return
        if look.problem:
            self.facts_label.setText(look.problem)
            return
        self.facts_label.setText(f"{text}\n{counted(sum(look.rows.values()), unit(schema, 1), unit(schema))}")
        if look.pictures is not None:
            # As many side by side as the narrowest inspector has room for: a wider page would be cut off there.
            self.pictures_label.setPixmap(sheet(look.pictures, 44, 5, self.devicePixelRatioF()))
        else:
            picture = seen(look, QSize(220, 150), self.devicePixelRatioF())
            if picture is not None:
                self.pictures_label.setPixmap(picture)
        if look.text:
            self.counts_label.setText(beginning(look.text))
        if look.class_counts:
            pairs = list(zip(target.names, look.class_counts, strict=False))
            words = " · ".join(f"{name}: {count:,}" for name, count in pairs[:_MOST_COUNTS])
            more = " …" if len(pairs) > _MOST_COUNTS else ""
            by = "label" if target.kind is TargetKind.LABELS else "class"
            self.counts_label.setText(f"Training {unit(schema)} by {by}\n{words}{more}")

    def _show_split(self, schema: Schema, look: DatasetPreview | None) -> None:
        recipe = self._document.recipe
        # Other options may be other rows; while these are read, their number is not known.
        rows = (recipe.dataset, Params(recipe.dataset_options))
        self.split.show_split(facts_of(recipe, schema, look), same_rows=rows == self._split_of)
        self.split.show()
        self._split_of = rows
        self.folds.setVisible(schema.kind is not DataKind.TEXT or recipe.folds > 0)
        self._show_folds()

    def show_report(self, report: Report | None) -> None:
        """How far the run under way is; None where there is none."""
        if (report is None or report.folds is None) and self._report is None:
            return
        self._report = report
        if self.isVisible():
            self._show_folds()

    def _show_folds(self) -> None:
        recipe, report, trained = self._document.recipe, self._report, self._document.trained
        figures, judged = None if trained is None else trained.folds, None
        if report is not None and report.folds is not None:
            figures, judged = report.folds, report.folds.done if report.stage else None
        self.folds.show_folds(recipe.folds, self.split.test_width, figures, judged)

    @Slot(int)
    def _set_folds(self, count: int) -> None:
        self._document.try_setting("Change cross-validation", "folds", count)
        self._document.settle()
        self._show_folds()

    @Slot(float, float)
    def _move_split(self, validation: float, test: float) -> None:
        try:
            recipe = self._document.recipe.with_settings({"validation": validation, "test": test})
        except RecipeError as error:
            self.refused.emit(str(error))
            return
        self._document.set_recipe("Change the split", recipe, merge="split")

    def _edit(self, path: str, value: object) -> None:
        self._document.try_setting("Change the data", path, value)


def beginning(text: str, lines: int = 9, longest: int = 44) -> str:
    """The first lines of a text, cut where they are long."""
    shown = printable(text, lines=True).split("\n")[:lines]
    return "\n".join(line if len(line) <= longest else f"{line[: longest - 1]}…" for line in shown)


def _options(recipe: Recipe) -> list[FormRow]:
    """The options of the recipe's dataset."""
    given = recipe.dataset_options
    return [
        FormRow(f"dataset_options.{option.name}", option, given.get(option.name, option.default))
        for option in catalogue.offered(recipe.dataset, given)
    ]


class TableView(QWidget):
    """A few rows of a table, its columns named: the first and, when there are many, the last one, the answer."""

    MOST = 7

    def __init__(self, look: DatasetPreview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(self.MOST, 1)
        count = len(look.columns)
        shown = list(range(count)) if count <= self.MOST else [*range(self.MOST - 2), -1, count - 1]
        for column, which in enumerate(shown):
            head = PlainLabel(f"… {count - self.MOST + 1} more" if which < 0 else look.columns[which])
            set_role(head, "caption")
            grid.addWidget(head, 0, column)
            for line, row in enumerate(() if look.table is None or which < 0 else look.table, 1):
                cell = PlainLabel("–" if np.isnan(row[which]) else rounded(float(row[which])))
                set_role(cell, "number")
                grid.addWidget(cell, line, column)
        grid.setColumnStretch(len(look.columns), 1)
