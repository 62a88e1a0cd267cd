"""The page with the test figures: the verdict, what was mixed up or how far off, and the samples behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.graph.targets import MultiLabel, TargetKind
from engine.reports.data_words import short_name, unit
from engine.reports.figures import probability
from engine.reports.fold_words import summary_line
from engine.reports.run_report import RunReport, report_on
from engine.reports.verdict import sentence
from engine.training.data_loading import schema_of
from engine.training.fold_figures import FoldFigures
from engine.training.setting_change import SettingChange
from gui.plain_text import PlainLabel, plain_tip
from gui.plots.agreement import AgreementPlot
from gui.plots.class_tables import ClassTables
from gui.plots.confusion import ConfusionMatrix
from gui.plots.label_numbers import LabelNumbers
from gui.plots.sample_gallery import MOST, SampleGallery
from gui.theme.style import set_role
from gui.training.run_words import whose_figures
from gui.training.sample_predictions import SamplePredictions
from gui.training.trained import Trained
from gui.workspace import Workspace

_WAIT = "Running the network on the test {samples} …"


class TestPage(QWidget):
    """Shows the figures of ``show_test``; a click on a cell or a point leads to the samples themselves.

    ``sample_chosen`` brings a raw sample that somebody wants to try, as in a dataset's split; ``change_wanted`` the
    ``SettingChange`` that somebody wants to be made after a run that came to nothing.
    """

    __test__ = False  # pytest takes every class of this name for tests
    sample_chosen = Signal(object)
    change_wanted = Signal(object)
    figures_shown = Signal()
    """There are figures now, or none any more."""

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._trained: Trained | None = None
        self._test: Mapping[str, Any] | None = None
        self._schema: Schema | None = None
        self._report: RunReport | None = None
        self._cell: tuple[int, int] | None = None
        self.shown_samples: np.ndarray = np.empty(0, dtype=np.int64)
        """Which test samples the gallery shows, in its order."""
        self.predictions: SamplePredictions | None = None
        self.shows_figures = False
        """Whether a matrix of what was mixed up is on show, or how far off the values are."""
        self.matrix, self.tables = ConfusionMatrix(), ClassTables()
        self.numbers = self.tables.numbers
        self.gallery, self.agreement = SampleGallery(), AgreementPlot()
        self.labels = LabelNumbers()
        self.verdict = PlainLabel(sentence(None))
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.folds = PlainLabel()
        """What cross-validation has found; hidden where there was none."""
        self.folds.setWordWrap(True)
        self.folds.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.folds.hide()
        self.wrong, self.mend = PlainLabel(), QPushButton()
        """Why the run came to nothing, and the button with what would help; hidden where all is well."""
        self.wrong.setWordWrap(True)
        set_role(self.wrong, "warning")
        self._change: SettingChange | None = None
        self.side = QStackedWidget()
        self.side.addWidget(self.tables)
        self.side.addWidget(self.gallery)
        self._classes = QWidget()
        row = QHBoxLayout(self._classes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.matrix, 1)
        row.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        wrong = QHBoxLayout()
        wrong.setSpacing(10)
        wrong.addWidget(self.wrong, 1)
        wrong.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.verdict)
        column.addWidget(self.folds)
        column.addLayout(wrong)
        column.addWidget(self._classes, 1)
        column.addWidget(self.agreement, 1)
        column.addWidget(self.labels, 1)
        column.addStretch(0)
        for widget in (self._classes, self.labels, self.wrong, self.mend):
            widget.hide()
        self.mend.clicked.connect(self._mend)
        self.agreement.hide()
        self.matrix.cell_chosen.connect(self._look_into)
        self.tables.cell_chosen.connect(self._look_into_pair)
        self.gallery.closed.connect(self._leave_cell)
        self.gallery.chosen.connect(self._picked)
        self.agreement.chosen.connect(self._picked_value)
        studio.state_changed.connect(self._say)
        studio.evaluator.changed.connect(self._say)
        studio.sample_predictor.ready.connect(self._ready)
        studio.sample_predictor.failed.connect(self._failed)

    # What is shown

    def show_test(self, test: Mapping[str, Any] | None, trained: Trained | None) -> None:
        """Show the figures of ``trained``; None for a run that has not finished, nothing for one without test rows."""
        self._trained = trained
        own = None if trained is None else trained.own_schema or schema_of(trained.recipe)
        self._schema = own or self._studio.schema
        self._test = test
        self.show_folds(None if trained is None else trained.folds)
        self._report = None
        if trained is not None:
            self._report = report_on(trained, trained.graph, trained.recipe, self._schema)
        self._leave_cell()
        self.predictions = None
        schema = self._schema
        confusion = test.get("confusion") if test else None
        names = schema.target.names if schema is not None else ()
        is_labels = schema is not None and schema.target.kind is TargetKind.LABELS
        by_class: list[Any] = [test.get(name) for name in ("precision", "recall", "f1")] if test else []
        fits = confusion is not None and len(confusion) == len(names) and None not in by_class
        values = schema is not None and schema.target.kind is TargetKind.VALUES and bool(test) and trained is not None
        self._classes.setVisible(fits)
        self.agreement.setVisible(values)
        if fits:
            counts = np.asarray(confusion)
            self.matrix.set_matrix(counts, names)
            precision, recall, f1 = by_class
            self.tables.set_figures(names, counts, precision, recall, f1)
        labels = self._show_labels(test, names) if is_labels and test else False
        self.labels.setVisible(labels)
        if values:
            self.agreement.say(_WAIT.format(samples=unit(schema)))
            if self.isVisible():
                self._ask()
        self._say()
        if (fits or values or labels) != self.shows_figures:
            self.shows_figures = fits or values or labels
            self.figures_shown.emit()

    def _show_labels(self, test: Mapping[str, Any], names: Sequence[str]) -> bool:
        """Show the figures of each label, a row each; whether there are figures of these labels."""
        each: list[Any] = [test.get(name) for name in ("precision", "recall", "f1", "support")]
        if any(part is None or len(part) != len(names) for part in each):
            return False
        precision, recall, f1, support = each
        self.labels.set_numbers(names, MultiLabel.threshold, precision, recall, f1, support)
        return True

    def show_folds(self, folds: FoldFigures | None) -> None:
        """Show what cross-validation has found so far; None or nothing for none."""
        words = summary_line(folds) if folds is not None and folds.done else ""
        self.folds.setText(words.replace("   ", " · "))
        self.folds.setVisible(bool(words))

    @Slot()
    def _say(self, *_values: object) -> None:
        schema, test, trained = self._schema, self._test, self._trained
        report = self._report
        wrong = report.diagnosis if report is not None and test else None
        words = complete = sentence(test, schema)
        if report is not None:
            # Where there is more to be said than figures, the first of these is enough.
            words, complete = report.detailed if wrong is None else report.sentence, report.complete
        if test:
            words = f"{whose_figures(self._studio.state)}{words}"
        elif test is None and self._studio.evaluator.running:
            words = _WAIT.format(samples=unit(schema))
        self.verdict.setText(" ".join(filter(None, (words, trained.choice_words if trained is not None else ""))))
        self.verdict.setToolTip(plain_tip(complete))
        self._change = None if wrong is None else wrong.change
        self.wrong.setText("" if wrong is None else wrong.words)
        self.wrong.setVisible(wrong is not None)
        self.mend.setText("" if self._change is None else self._change.label)
        self.mend.setVisible(self._change is not None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.agreement.isVisibleTo(self) and self.predictions is None:
            self._ask()

    def _ask(self) -> None:
        if self._trained is not None and not self._studio.trainer.running:
            self._studio.sample_predictor.ask(self._trained)

    @Slot()
    def _mend(self) -> None:
        if self._change is not None:
            self.change_wanted.emit(self._change)

    # The samples behind a figure

    @Slot(int, int)
    def _look_into(self, actual: int, predicted: int) -> None:
        self._cell = (actual, predicted)
        self.side.setCurrentWidget(self.gallery)
        self.gallery.say(self._cell_words(), _WAIT.format(samples=unit(self._schema)))
        self._ask()

    @Slot(int, int)
    def _look_into_pair(self, actual: int, predicted: int) -> None:
        self.matrix.show_cell(actual, predicted)
        self._look_into(actual, predicted)

    def _cell_words(self) -> str:
        assert self._cell is not None
        names = self._schema.target.names if self._schema is not None else ()
        actual, predicted = (f'"{short_name(names[index])}"' for index in self._cell)
        if self._cell[0] == self._cell[1]:
            return f"Actual {actual}, predicted {predicted}"
        return f"Actual {actual}, but predicted {predicted}"

    @Slot()
    def _leave_cell(self) -> None:
        self._cell = None
        self.matrix.mark(None)
        self.side.setCurrentWidget(self.tables)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._cell is not None:
            self._leave_cell()
            self.matrix.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _ready(self, tested: SamplePredictions) -> None:
        if tested.of is not self._trained or self._schema is None:
            return
        self.predictions = tested
        if self._schema.target.kind is TargetKind.VALUES:
            shape = (len(tested.targets), -1)
            names = self._schema.target.names
            self.agreement.set_values(tested.targets.reshape(shape), tested.predictions.reshape(shape), names)
        elif self._cell is not None:
            self._show_cell(tested, *self._cell)

    @Slot(str)
    def _failed(self, words: str) -> None:
        if self._cell is not None:
            self.gallery.say(self._cell_words(), words)
        self.agreement.say(words)

    def _show_cell(self, tested: SamplePredictions, actual: int, predicted: int) -> None:
        schema = self._schema
        assert schema is not None
        self.shown_samples = tested.in_cell(actual, predicted)
        found = self.shown_samples[:MOST]
        right = actual == predicted
        count, samples = len(self.shown_samples), unit(schema, len(self.shown_samples))
        order = ("the least confident first" if right else "the most confidently wrong first") if count > 1 else ""
        some = f"the first {MOST:,} of " if count > MOST else ""
        self.gallery.say(self._cell_words(), ", ".join(filter(None, (f"{some}{count:,} {samples}", order))))
        sure = tested.predictions[found, predicted]
        captions = [probability(float(share)) for share in sure]
        if schema.kind is DataKind.PICTURES:
            tips = [self._tip(tested, int(number)) for number in found]
            self.gallery.show_pictures(tested.inputs[found], captions, tips)
        else:
            rows = tested.inputs[found].reshape(len(found), -1)
            self.gallery.show_rows(rows, schema.columns, captions, "sure")

    def _tip(self, tested: SamplePredictions, number: int) -> str:
        """The three most probable classes of a sample."""
        assert self._schema is not None
        shares, names = tested.predictions[number], self._schema.target.names
        best = np.argsort(-shares)[:3]
        told = ", ".join(f"{short_name(names[index])} {probability(float(shares[index]))}" for index in best)
        return f"{told}. Click to try it."

    @Slot(int)
    def _picked(self, place: int) -> None:
        if self.predictions is not None and place < len(self.shown_samples):
            self.sample_chosen.emit(self.predictions.inputs[self.shown_samples[place]])

    @Slot(int)
    def _picked_value(self, number: int) -> None:
        if self.predictions is not None and number < len(self.predictions.inputs):
            self.sample_chosen.emit(self.predictions.inputs[number])
