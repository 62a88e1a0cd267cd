"""The lower part of the window: curves, what the network mixes up, what it has found, and the problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from engine.training.telemetry import FINISHED, Report
from gui.panels.layers_panel import LayersPanel
from gui.panels.problems import ProblemsPanel
from gui.plain import PlainLabel
from gui.plots.confusion import ConfusionMatrix
from gui.plots.curves import Curves
from gui.plots.numbers import ClassNumbers
from gui.studio import Studio
from gui.theme.style import set_role
from gui.training.trained import Curve
from gui.tryout.space import SpaceView
from gui.verdict import explained_verdict


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
        self._verdict = PlainLabel(explained_verdict(None))
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
        before = self._studio.trainer.before
        if before is not None and self._studio.trainer.goes_on:
            self._show_curve(before.curve_so_far, before.history)
        else:
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
        self._show_curve(trained.curve, trained.history)
        no_rows = trained.state == FINISHED and not trained.test and trained.choice is None
        self._show_test({} if no_rows else trained.test)
        if trained.choice_words:
            self._verdict.setText(f"{self._verdict.text()} {trained.choice_words}")

    def _show_curve(self, curve: Curve, history: Sequence[Mapping[str, Any]]) -> None:
        rows = [dict(row) for row in history]
        if rows:
            self.curves.set_measure("mae" if "train_mae" in rows[-1] else "accuracy")
        steps, losses, metrics = curve
        self.curves.set_data(steps, losses, metrics, rows)

    def _show_test(self, test: Mapping[str, Any] | None) -> None:
        schema = self._studio.schema
        confusion = test.get("confusion") if test else None
        names = schema.answer.names if schema is not None else ()
        by_class: list[Any] = [test.get(name) for name in ("precision", "recall", "f1")] if test else []
        fits = confusion is not None and len(confusion) == len(names) and None not in by_class
        self.matrix.setVisible(fits)
        self.numbers.setVisible(fits)
        if fits:
            self.matrix.set_matrix(np.asarray(confusion), names)
            self.numbers.set_numbers(names, *by_class)
        self._verdict.setText(explained_verdict(test))

    @Slot(int, int)
    def _count(self, errors: int, others: int) -> None:
        index = self.indexOf(self.problems)
        total = errors + others
        words = f"Problems ({total})" if total else "Problems"
        if words != self.tabText(index):  # to say the same again would lay out the whole lower half
            self.setTabText(index, words)
