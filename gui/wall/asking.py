"""Asking the network what all images show, some at a time, in the thread that answers everything else as well."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.data.image_contents import ImageContents
from engine.graph.targets import CLASSIFIED
from engine.tasks.queries import Predict, Predicted
from gui.training.predictions import Predictions
from gui.training.trained import Trained
from gui.wall.sieve import Guesses

KEY = "wall"
_AT_ONCE = 128
_TOLD_EVERY = 16
"""After so many questions it is told what is known by now."""


class WallAsking(QObject):
    """``told(Guesses, words)``: more is known; ``words`` say how far it is, "" at the end or where nothing is asked."""

    told = Signal(object, str)

    def __init__(self, predictions: Predictions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predictions = predictions
        self._images: ImageContents | None = None
        self._of: Trained | None = None
        self._labels = np.empty(0, dtype=np.int64)
        self._sure = np.empty(0, dtype=np.float32)
        self._next = self._asked = 0
        self._waits = False
        """Whether a question is with the network."""
        predictions.answered.connect(self._answered)

    def ask(self, images: ImageContents | None, trained: Trained | None) -> None:
        """Find out what a network says of the images; nothing for None. What is known of them already stays."""
        if images is None or (self._images is not None and images.block is not self._images.block):
            self._of = None
        is_same = _same(trained, self._of)
        self._images, self._of = images, trained
        if images is None or is_same:
            return
        none = Guesses.none(len(images))
        self._labels, self._sure, self._next, self._asked = none.labels, none.sure, 0, 0
        if _can_answer(trained, images):
            self._ask_next()
        else:
            self._of = None
            self.told.emit(none, "")

    def _ask_next(self) -> None:
        images = self._images
        if images is not None and self._of is not None and not self._waits and self._next < len(images):
            self._waits = True
            rows = np.arange(self._next, min(self._next + _AT_ONCE, len(images)))
            self._predictions.ask(KEY, Predict(images.images(rows), with_novelty=False))

    @Slot(str, object, object)
    def _answered(self, key: str, answer: object, of: Trained | None) -> None:
        if key != KEY:
            return
        self._waits = False
        images = self._images
        if images is None or self._of is None:
            return
        if not _same(of, self._of):  # a question that was asked of another network
            self._next = 0
            self._ask_next()
            return
        if not isinstance(answer, Predicted) or answer.answers.shape[1:] != (len(images.classes),):
            self._of = None
            self.told.emit(Guesses.none(len(images)), "")
            return
        rows = slice(self._next, self._next + len(answer.answers))
        assert self._of.signature is not None
        numbers = np.array([images.classes.index(name) for name in self._of.signature.target.names])
        self._labels[rows], self._sure[rows] = numbers[answer.answers.argmax(axis=1)], answer.answers.max(axis=1)
        self._next, self._asked = self._next + len(answer.answers), self._asked + 1
        at_end = self._next >= len(images)
        if at_end or self._asked % _TOLD_EVERY == 1:
            words = "" if at_end else f"Predicting: {self._next / len(images):.0%}"
            self.told.emit(Guesses(self._labels.copy(), self._sure.copy()), words)
        self._ask_next()


def _can_answer(trained: Trained | None, images: ImageContents) -> bool:
    """Whether a network was trained to name what such images show."""
    signature = None if trained is None else trained.signature
    return (
        signature is not None
        and signature.input.sizes == images.sizes
        and signature.target.kind in CLASSIFIED
        and sorted(signature.target.names) == sorted(images.classes)
    )


def _same(one: Trained | None, other: Trained | None) -> bool:
    """Whether both answer alike, though more may be known of one of them."""
    return one is not None and other is not None and one.weights is other.weights
