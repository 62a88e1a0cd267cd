"""Predictions in a thread of their own: from a snapshot of the weights, newest request first, without blocking."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from engine.data.dataset import Schema
from engine.network.memory import is_out_of_memory
from engine.running import torch_preload
from engine.tasks.queries import Generate, Generated, LearnedNetwork
from gui.training.trained import Trained
from gui.training.worker import STACK_BYTES


@dataclass(frozen=True, eq=False)
class _Question:
    key: str
    inputs: np.ndarray | None = None
    query: Generate | None = None
    schema: Schema | None = None
    """What is to be made, for data like this, instead of predictions for inputs."""


class _Thread(QThread):
    """Waits for questions; a newer one of the same key replaces an older one that was not answered yet."""

    answered = Signal(str, object, object)
    """(key, predictions or None, the Trained they came from)"""
    judged = Signal(str, object)
    """(key, how unlike everything learned the rows are, or None where nothing is claimed), before ``answered``"""
    made = Signal(str, object, object)
    """(key, what was generated or None, the Trained it came from)"""

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._condition = threading.Condition()
        self._questions: dict[str, _Question] = {}
        self._trained: Trained | None = None
        self._ending = False

    def ask(self, question: _Question) -> None:
        with self._condition:
            self._questions[question.key] = question
            self._condition.notify()

    def use(self, trained: Trained | None) -> None:
        with self._condition:
            self._trained = trained

    def end(self) -> None:
        with self._condition:
            self._ending = True
            self._condition.notify()

    def run(self) -> None:
        predictor: Any = None
        used: Trained | None = None
        while True:
            with self._condition:
                while not self._questions and not self._ending:
                    self._condition.wait()
                if self._ending:
                    return
                question = self._questions.pop(next(iter(self._questions)))
                trained = self._trained
            if question.query is not None:
                self.made.emit(question.key, None if trained is None else _generated(question, trained), trained)
                continue
            if trained is None:
                self.answered.emit(question.key, None, None)
                continue
            try:
                predictor = _refreshed(predictor, used, trained)
                used = trained
                answer, novelty = predictor.judge(question.inputs)
            except Exception as error:  # the last door of the thread; the window goes on without an answer
                # A row of another shape than the network takes is no error: the data was changed since it was trained.
                # Nor is one that memory is short: the next question may well be answered.
                if not isinstance(error, ValueError) and not is_out_of_memory(error):
                    sys.excepthook(type(error), error, error.__traceback__)
                predictor, used, answer, novelty = None, None, None, None
            self.judged.emit(question.key, novelty)
            self.answered.emit(question.key, answer, trained)


def _generated(question: _Question, trained: Trained) -> Generated | None:
    """What a network makes; None where it cannot, as where the data was changed since it was trained."""
    torch_preload.load()
    from engine.tasks.registry import kind_making
    from engine.tasks.setup import generating

    assert question.query is not None
    if trained.signature is None or question.schema is None:
        return None
    try:
        module = generating(kind_making(trained.signature.target.kind))
        network = LearnedNetwork(
            trained.graph, trained.recipe, question.schema, trained.weights, trained.preparation
        )
        return None if module is None else module.generate(network, question.query)
    except Exception as error:  # as for predictions
        if not isinstance(error, ValueError) and not is_out_of_memory(error):
            sys.excepthook(type(error), error, error.__traceback__)
        return None


def _refreshed(predictor: Any, used: Trained | None, trained: Trained) -> Any:
    """A predictor with the weights of ``trained``: the same one, reloaded, when only the weights are new."""
    torch_preload.load()
    from engine.tasks.predictor import Predictor

    if predictor is not None and used is trained:
        return predictor
    same = used is not None and used.graph is trained.graph and used.preparation == trained.preparation
    same = same and used is not None and used.novelty is trained.novelty
    if predictor is not None and same and used is not None and used.signature == trained.signature:
        predictor.load(trained.weights)
        return predictor
    assert trained.signature is not None  # ``Predictions.use`` has seen to it
    return Predictor(trained.graph, trained.signature, trained.weights, trained.preparation, trained.novelty)


class Predictions(QObject):
    """Asks the newest network. ``answered(key, predictions, trained)`` arrives in the window's thread, and before it
    ``judged(key, novelty)``: how unlike everything learned each row is (above 1 it is), None if nothing is claimed.
    """

    answered = Signal(str, object, object)
    judged = Signal(str, object)
    made = Signal(str, object, object)
    """(key, the ``Generated`` or None, the Trained it came from), for what was asked with ``generate``"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _Thread()
        self._thread.judged.connect(self.judged)
        self._thread.answered.connect(self.answered)
        self._thread.made.connect(self.made)
        self._thread.start()
        self._trained: Trained | None = None

    @property
    def trained(self) -> Trained | None:
        """The network that is asked."""
        return self._trained

    def use(self, trained: Trained | None) -> None:
        """Ask this network from now on; none, where it is not known what data it takes."""
        trained = trained if trained is not None and trained.signature is not None else None
        self._trained = trained
        self._thread.use(trained)

    def ask(self, key: str, inputs: np.ndarray) -> None:
        """Predict for ``inputs``, raw as in a dataset's split; an unanswered question of the same key is dropped."""
        self._thread.ask(_Question(key, inputs))

    def generate(self, key: str, query: Generate, schema: Schema) -> None:
        """Make something new, for data of ``schema`` as its kind sees it; an unanswered question of the same key is
        dropped."""
        self._thread.ask(_Question(key, query=query, schema=schema))

    def close(self) -> None:
        """End the thread."""
        self._thread.end()
        self._thread.wait()
