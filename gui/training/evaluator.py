"""Test figures for weights that have none yet, as those of a stopped run, measured in a thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.training.data_loading import load_rows
from gui.training.network_thread import NetworkThread
from gui.training.trained import Trained


class _EvaluationThread(NetworkThread):
    """The evaluation of one network. Read ``figures`` and ``problem`` after ``finished``."""

    UNEXPECTED = "The test ended unexpectedly: {kind}: {error}"

    def __init__(self, trained: Trained) -> None:
        super().__init__(trained)
        self.figures: dict[str, Any] | None = None

    def work(self) -> None:
        """Measure. Runs in the thread."""
        from engine.running.run import evaluate

        trained = self.trained
        if trained.preparation is not None:
            data = load_rows(trained.recipe)
            self.figures = evaluate(trained.graph, trained.recipe, data, trained.weights, trained.preparation)


class Evaluator(QObject):
    """Tests weights, one after the other; of those that wait only the last ones are.

    ``evaluated(Trained, figures)``: what came of it; ``failed(sentence)``: why nothing did; ``changed``: it began or
    ended.
    """

    evaluated = Signal(object, object)
    failed = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._test: _EvaluationThread | None = None
        self._next: Trained | None = None

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._test is not None

    @staticmethod
    def can_test(trained: Trained | None) -> bool:
        """Whether there are weights without test figures, and rows to test them with on this computer."""
        if trained is None or trained.test is not None or trained.preparation is None or trained.signature is None:
            return False
        try:
            return catalogue.is_available(trained.recipe.dataset)
        except DataError:
            return False

    def start(self, trained: Trained) -> None:
        """Test, as soon as the test under way has ended."""
        if self._test is not None:
            self._next = trained
            return
        self._test = _EvaluationThread(trained)
        self._test.finished.connect(self._finish)
        self._test.start(QThread.Priority.LowPriority)
        self.changed.emit()

    def close(self) -> None:
        """Wait for the thread; nothing comes of its test."""
        self._next = None
        if self._test is not None:
            self._test.wait()
            self._test = None

    @Slot()
    def _finish(self) -> None:
        test, sender = self._test, self.sender()
        if test is None or sender is not test:
            return
        test.wait()
        self._test, following, self._next = None, self._next, None
        if test.figures is not None:
            self.evaluated.emit(test.trained, test.figures)
        elif test.problem:
            self.failed.emit(test.problem)
        if following is not None:
            self.start(following)
        self.changed.emit()
        test.deleteLater()
