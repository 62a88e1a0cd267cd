"""What a trained network says to each test sample, found in a thread: for the samples behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.data.dataset import DataError
from engine.tasks.queries import Predict
from engine.training.data_loading import load_rows
from gui.threads import end
from gui.training.network_thread import NetworkThread
from gui.training.trained import Trained

MOST = 50_000
"""So many test samples at most are looked at."""
_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class SamplePredictions:
    """Test samples, raw as in their dataset, with their targets and what the network ``of`` predicts.

    ``predictions`` are probabilities N×classes (N×2 for yes or no), or values N×K in their own units.
    """

    of: Trained
    inputs: np.ndarray
    targets: np.ndarray
    predictions: np.ndarray

    def in_cell(self, actual: int, predicted: int) -> np.ndarray:
        """The numbers of the samples of one class that were predicted as another (or the same).

        Mistakes come with the most confident first, right answers with the least confident.
        """
        guesses, sure = self.predictions.argmax(axis=1), self.predictions.max(axis=1)
        found = np.flatnonzero((self.targets.reshape(-1).astype(np.int64) == actual) & (guesses == predicted))
        order = np.argsort(sure[found] if actual == predicted else -sure[found], kind="stable")
        return found[order]


class _Thread(NetworkThread):
    """One network's answers to the test samples of its recipe."""

    UNEXPECTED = "The test samples could not be evaluated: {kind}."

    def __init__(self, trained: Trained) -> None:
        super().__init__(trained)
        self.found: SamplePredictions | None = None

    def work(self) -> None:
        """Find the answers. Runs in the thread."""
        from engine.tasks.answerer import Answerer

        trained = self.trained
        if trained.signature is None:
            raise DataError("The dataset of this network is not known here.")
        test = load_rows(trained.recipe).test
        test = test.take(np.arange(min(MOST, len(test))))
        answerer = Answerer()
        parts: list[Any] = []
        for start in range(0, len(test), _AT_ONCE):
            if self.isInterruptionRequested():
                return
            inputs = test.inputs[start : start + _AT_ONCE]
            parts.append(answerer.answer(trained.learned, Predict(inputs, with_novelty=False)).answers)
        if not parts:
            raise DataError("There are no test samples.")
        self.found = SamplePredictions(trained, test.inputs, test.targets, np.concatenate(parts))


class SamplePredictor(QObject):
    """``ask`` for the test samples of a network: ``ready`` brings ``SamplePredictions``, ``failed`` says why not.

    Those of the last network that was asked for are kept. It is used in the window's thread.
    """

    ready = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _Thread | None = None
        self._found: SamplePredictions | None = None

    def ask(self, trained: Trained) -> None:
        """Find the answers of ``trained``, unless they are known or being found; the answer comes by a signal."""
        if self._found is not None and self._found.of is trained:
            self.ready.emit(self._found)
            return
        if self._thread is not None and self._thread.trained is trained:
            return
        self.close()
        self._found = None
        self._thread = _Thread(trained)
        self._thread.finished.connect(self._finish)
        self._thread.start(QThread.Priority.LowPriority)

    @Slot()
    def _finish(self) -> None:
        thread = self._thread
        if thread is None or self.sender() is not thread:
            return  # of a network that nobody asks for any more
        self._thread, self._found = None, thread.found
        if thread.found is not None:
            self.ready.emit(thread.found)
        elif thread.problem:
            self.failed.emit(thread.problem)
        thread.deleteLater()

    @Slot()
    def close(self) -> None:
        """End what is being found."""
        thread, self._thread = self._thread, None
        end(thread)
