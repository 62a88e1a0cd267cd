"""The lower part of the window: curves, what the network mixes up, what it has found, and the problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from engine.training.telemetry import Report
from gui.panels.layers_panel import LayersPanel
from gui.panels.problems import ProblemsPanel
from gui.plots.confusion import ConfusionMatrix
from gui.plots.curves import Curves
from gui.plots.numbers import ClassNumbers
from gui.studio import Studio
from gui.theme.style import set_role
from gui.tryout.space import SpaceView


class Results(QTabWidget):
    """Tabs that follow the studio."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.curves = Curves()
        self.matrix, self.numbers = ConfusionMatrix(), ClassNumbers()
        self.layers = LayersPanel(studio.document, studio.measuring)
        self.problems = ProblemsPanel(studio.document)
        self.space = SpaceView(studio)
        self.setDocumentMode(True)
        self.setAccessibleName("Results")
        self.tabBar().setAccessibleName("Results")
        self.addTab(self.curves, "Curves")
        self._test = self._test_page()
        self.addTab(self._test, "Test")
        self.addTab(self.space, "Found")
        self.addTab(self.layers, "Layers")
        self.addTab(self.problems, "Problems")
        self.problems.counted.connect(self._count)
        studio.trainer.started.connect(self._started)
        studio.trainer.reported.connect(self._reported)
        studio.session.trained_changed.connect(self._trained)
        studio.looked.connect(self._data)
        self.problems.refresh()

    def _test_page(self) -> QWidget:
        page = QWidget()
        self._verdict = QLabel(test_words(None))
        self._verdict.setWordWrap(True)
        set_role(self._verdict, "quiet")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.matrix, 3)
        row.addWidget(self.numbers, 2)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self._verdict)
        column.addLayout(row, 1)
        return page

    # Following

    @Slot(object)
    def _data(self, _look: object) -> None:
        has_space = self.space.fits
        if not has_space and self.currentWidget() is self.space:
            self.setCurrentWidget(self.curves)
        self.setTabVisible(self.indexOf(self.space), has_space)

    @Slot()
    def _started(self) -> None:
        trained = self._studio.session.trained
        if trained is None or not self._studio.trainer.goes_on:
            self.curves.clear()
        self._show_test(None)
        if self.currentWidget() is not self.space:
            self.setCurrentWidget(self.curves)  # what is going on now is there

    @Slot(object)
    def _reported(self, report: Report) -> None:
        if report.metric in ("accuracy", "mae"):
            self.curves.set_measure(report.metric)
        if len(report.steps) or report.epochs:
            self.curves.append(report.steps, report.losses, report.metrics, report.epochs)

    @Slot(object)
    def _trained(self, trained: Any) -> None:
        if self._studio.trainer.running:
            return
        if trained is None:
            self.curves.clear()
            self._show_test(None)
            return
        rows = [dict(row) for row in trained.history]
        if self.curves.is_empty() and rows:
            self.curves.set_measure("mae" if "train_mae" in rows[-1] else "accuracy")
            empty = np.empty(0)
            self.curves.set_data(empty, empty, empty, rows)
        ended = len(rows) >= trained.recipe.epochs
        self._show_test({} if ended and not trained.test else trained.test)

    def _show_test(self, test: Mapping[str, Any] | None) -> None:
        schema = self._studio.schema
        confusion = test.get("confusion") if test else None
        names = schema.answer.names if schema is not None else ()
        fits = confusion is not None and len(confusion) == len(names)
        self.matrix.setVisible(fits)
        self.numbers.setVisible(fits)
        if fits and test is not None:
            self.matrix.set_matrix(np.asarray(confusion), names)
            self.numbers.set_numbers(names, test["precision"], test["recall"], test["f1"])
        self._verdict.setText(test_words(test))

    @Slot(int, int)
    def _count(self, errors: int, others: int) -> None:
        index = self.indexOf(self.problems)
        total = errors + others
        words = f"Problems ({total})" if total else "Problems"
        if words != self.tabText(index):  # to say the same again would lay out the whole lower half
            self.setTabText(index, words)


def test_words(test: Mapping[str, Any] | None) -> str:
    """The test figures in words."""
    if test is None:
        return "The test figures stand here when a run has finished: how the network does on rows it has never seen."
    if test.get("test_accuracy") is not None:
        return f"On test rows it has never seen, {100 * test['test_accuracy']:.2f} % are right."
    if test.get("test_r2") is not None:
        return (
            f"On test rows it has never seen: R² {test['test_r2']:.4f} (1 is perfect), mean absolute error "
            f"{test['test_mae']:.4g}, mean squared error {test['test_mse']:.4g}."
        )
    if test.get("test_mae") is not None:
        # R² compares with always answering the mean; where all answers are the same there is nothing to compare.
        return (
            f"On test rows it has never seen: mean absolute error {test['test_mae']:.4g}, "
            f"mean squared error {test['test_mse']:.4g}."
        )
    return "There were no test rows."
