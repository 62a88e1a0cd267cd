"""A thread in which a language model is asked: what comes next, and text that goes on until it is stopped.

The newest question about what comes next wins; a text goes on with the weights there were when it was begun.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.data.dataset import DataError
from engine.network.memory import NOT_ENOUGH, is_out_of_memory
from engine.running import torch_preload
from engine.tasks.queries import Generate, LearnedNetwork
from engine.training.data_loading import kind_at_work, learned_schema
from gui.training.trained import Trained
from gui.training.worker import STACK_BYTES

LIKELIEST = 10
PIECE = 8
"""Characters that are shown at a time."""


@dataclass(frozen=True, eq=False)
class _Question:
    trained: Trained
    beginning: str


@dataclass(frozen=True, eq=False)
class _Text:
    trained: Trained
    query: Generate


class _Thread(QThread):
    expected = Signal(object, object)
    """(the likeliest characters with their probabilities, remarks about the beginning)"""
    written = Signal(str)
    ended = Signal(str)
    """A text has come to its end: "" or what went wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._condition = threading.Condition()
        self._question: _Question | None = None
        self._text: _Text | None = None
        self._stopped = self._ending = False

    def ask(self, question: _Question | None) -> None:
        with self._condition:
            self._question = question
            self._condition.notify()

    def write(self, text: _Text) -> None:
        with self._condition:
            self._text, self._stopped = text, False
            self._condition.notify()

    def stop(self) -> None:
        self._stopped = True

    def end(self) -> None:
        with self._condition:
            self._stopped = self._ending = True
            self._condition.notify()

    def run(self) -> None:
        known: tuple[Trained, Any] | None = None
        while True:
            with self._condition:
                while self._question is None and self._text is None and not self._ending:
                    self._condition.wait()
                if self._ending:
                    return
                question, self._question = self._question, None
                text = None
                if question is None:
                    text, self._text = self._text, None
            problem = ""
            try:
                if question is not None:
                    known = _continuing(known, question.trained)
                    found = known[1].likeliest(question.beginning, LIKELIEST)
                    self.expected.emit(found, known[1].remarks(question.beginning))
                elif text is not None:
                    known = _continuing(known, text.trained)
                    self._write(known[1], text.query)
            except Exception as error:  # the last door of the thread; the window goes on without an answer
                known = None
                problem = _words(error)
                if question is not None:
                    self.expected.emit(None, (problem,))
            if text is not None:
                self.ended.emit(problem)

    def _write(self, model: Any, query: Generate) -> None:
        piece = ""
        for letters in model.stream(query):
            if self._stopped:
                break
            piece += letters
            if len(piece) >= PIECE:
                self.written.emit(piece)
                piece = ""
        self.written.emit(piece)


def _words(error: Exception) -> str:
    if is_out_of_memory(error):
        return NOT_ENOUGH
    if not isinstance(error, DataError | ValueError):
        sys.excepthook(type(error), error, error.__traceback__)
    return str(error)


def _continuing(known: tuple[Trained, Any] | None, trained: Trained) -> tuple[Trained, Any]:
    """A network that continues text: the same one, reloaded, when only the weights are new."""
    torch_preload.load()
    from engine.tasks.setup import TextContinuing, learner_module

    if known is not None:
        before, model = known
        if before is trained:
            return known
        if before.graph is trained.graph and before.preparation == trained.preparation:
            model.load(trained.weights)
            return trained, model
    schema = learned_schema(trained.recipe, trained.preparation)
    module = learner_module(kind_at_work(trained.recipe, schema))
    if not isinstance(module, TextContinuing):
        raise ValueError("This network was trained on other data, and does not continue text.")
    network = LearnedNetwork(trained.graph, trained.recipe, schema, trained.weights, trained.preparation)
    return trained, module.continuing(network)


class Writer(QObject):
    """Asks a network in a thread of its own, which begins with the first question; all signals arrive in the window's.

    ``expected(likeliest, remarks)``: pairs of character and probability, None where the network has no answer.
    ``written(letters)`` comes again and again while a text is made, ``ended(problem)`` after it.
    """

    expected = Signal(object, object)
    written = Signal(str)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _Thread()
        self._thread.expected.connect(self.expected)
        self._thread.written.connect(self.written)
        self._thread.ended.connect(self.ended)

    def ask(self, trained: Trained, beginning: str) -> None:
        """What comes after a beginning; a question that was not answered yet is dropped."""
        self._begin()
        self._thread.ask(_Question(trained, beginning))

    def write(self, trained: Trained, query: Generate) -> None:
        """Make a text."""
        self._begin()
        self._thread.write(_Text(trained, query))

    @Slot()
    def stop(self) -> None:
        """End the text that is being made after its next character."""
        self._thread.stop()

    def _begin(self) -> None:
        if not self._thread.isRunning():
            self._thread.start()

    @Slot()
    def close(self) -> None:
        """End the thread."""
        self._thread.end()
        self._thread.wait()
