"""Questions to the trained network, answered in a thread of their own: from a snapshot of the weights, the newest
question first, without blocking."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.data.dataset import DataError
from engine.network.memory import NOT_ENOUGH, is_out_of_memory
from engine.running import torch_preload
from engine.tasks.queries import Generate, Predict, Query
from gui.threads import STACK_BYTES
from gui.training.trained import Trained

PIECE = 8
"""Tokens of a text that are told at a time."""


@dataclass(frozen=True, eq=False)
class _Text:
    """A text to be made, by the network that there was when it was asked for."""

    trained: Trained | None
    query: Generate


class _Thread(QThread):
    """Waits for questions; a newer one of the same key replaces an older one that was not answered yet.

    A text is made piece by piece, and other questions are answered in between.
    """

    answered = Signal(str, object, object)
    refused = Signal(str, str)
    written = Signal(str)
    ended = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._condition = threading.Condition()
        self._questions: dict[str, Query] = {}
        self._text: _Text | None = None
        self._trained: Trained | None = None
        self._stopped = self._ending = False

    def ask(self, key: str, query: Query) -> None:
        with self._condition:
            self._questions[key] = query
            self._condition.notify()

    def write(self, query: Generate) -> None:
        with self._condition:
            self._text, self._stopped = _Text(self._trained, query), False
            self._condition.notify()

    def stop(self) -> None:
        self._stopped = True

    def use(self, trained: Trained | None) -> None:
        with self._condition:
            self._trained = trained

    def end(self) -> None:
        with self._condition:
            self._stopped = self._ending = True
            self._condition.notify()

    def run(self) -> None:
        answerer: Any = None
        writing: Iterator[str] | None = None
        while True:
            with self._condition:
                while not (self._questions or self._text or writing or self._ending):
                    self._condition.wait()
                if self._ending:
                    return
                key = next(iter(self._questions), None)
                query = None if key is None else self._questions.pop(key)
                trained, text = self._trained, None
                if query is None:
                    text, self._text = self._text, None
            if key is not None and query is not None:
                answerer = self._answer(answerer, key, query, trained)
            elif rest := writing if text is None else _begun(text):
                writing = self._write(rest)

    def _answer(self, answerer: Any, key: str, query: Query, trained: Trained | None) -> Any:
        """Answer a question; gives the answerer for the next one."""
        answer, why = None, ""
        if trained is not None:
            try:
                torch_preload.load_to_answer()
                from engine.tasks.answerer import Answerer

                answerer = answerer or Answerer()
                answer = answerer.answer(trained.learned, query)
            except Exception as error:  # the last door of the thread; the window goes on without an answer
                why = _words(error)
        if answer is None:
            self.refused.emit(key, why)
        self.answered.emit(key, answer, trained)
        return answerer

    def _write(self, writing: Iterator[str]) -> Iterator[str] | None:
        """Tell the next piece of a text; gives the rest of it, None for none."""
        piece, count, problem = "", 0, ""
        try:
            for token in writing:
                if self._stopped:
                    break
                piece, count = piece + token, count + 1
                if count == PIECE:
                    self.written.emit(piece)
                    return writing
        except Exception as error:  # as for answers
            problem = _words(error)
        self.written.emit(piece)
        self.ended.emit(problem)
        return None


def _begun(text: _Text) -> Iterator[str]:
    """The tokens of a text. What is wrong is raised with the first of them."""
    torch_preload.load_to_answer()
    from engine.tasks.answerer import stream

    if text.trained is not None:
        yield from stream(text.trained.learned, text.query)


def _words(error: Exception) -> str:
    """Why there is no answer.

    A row of another shape than the network takes is nothing unforeseen: the data was changed since it was trained. Nor
    is it that memory is short: the next question may well be answered.
    """
    if is_out_of_memory(error):
        return NOT_ENOUGH
    if not isinstance(error, DataError | ValueError):
        sys.excepthook(type(error), error, error.__traceback__)
    return str(error)


class Predictions(QObject):
    """Asks the newest network. All signals arrive in the window's thread."""

    answered = Signal(str, object, object)
    """(key, the answer or None, the Trained it came from)"""
    refused = Signal(str, str)
    """(key, why there is no answer, "" without a network), before ``answered``"""
    written = Signal(str)
    """The next letters of the text that is being made."""
    ended = Signal(str)
    """A text has come to its end: "" or what went wrong."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = _Thread()
        self._thread.answered.connect(self.answered)
        self._thread.refused.connect(self.refused)
        self._thread.written.connect(self.written)
        self._thread.ended.connect(self.ended)
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

    def ask(self, key: str, query: Query) -> None:
        """Ask something; an unanswered question of the same key is dropped."""
        self._thread.ask(key, query)

    def predict(self, key: str, inputs: np.ndarray) -> None:
        """Ask for predictions for ``inputs``, raw as in a dataset's split."""
        self.ask(key, Predict(inputs))

    def write(self, query: Generate) -> None:
        """Make a text with the weights there are now; one that is being made is given up."""
        self._thread.write(query)

    @Slot()
    def stop(self) -> None:
        """End the text that is being made after its next letter."""
        self._thread.stop()

    def close(self) -> None:
        """End the thread."""
        self._thread.end()
        self._thread.wait()
