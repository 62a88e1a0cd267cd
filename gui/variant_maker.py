"""What augmentation makes of an image, found in a thread: the window goes on, and gets arrays."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.training.recipe import Augmentation
from gui.threads import STACK_BYTES


@dataclass(frozen=True, eq=False)
class VariantRequest:
    """``picture`` C×H×W and the ``others`` M×C×H×W it may be mixed with, uint8; ``white`` is the raw value of white."""

    picture: np.ndarray
    others: np.ndarray
    settings: Augmentation
    seed: int
    white: float


class _Thread(QThread):
    """Makes the variants that were asked for last."""

    made = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._condition = threading.Condition()
        self._wanted: VariantRequest | None = None
        self._ending = False

    def ask(self, request: VariantRequest) -> None:
        with self._condition:
            self._wanted = request
            self._condition.notify()

    def end(self) -> None:
        with self._condition:
            self._ending = True
            self._condition.notify()

    def run(self) -> None:
        while True:
            with self._condition:
                while self._wanted is None and not self._ending:
                    self._condition.wait()
                if self._ending or self._wanted is None:
                    return
                request, self._wanted = self._wanted, None
            try:
                from engine.data.augmentation.variants import variants  # loads torch

                found = variants(
                    request.picture, request.others, request.settings, request.seed, white=request.white
                )
                self.made.emit(request, found)
            except Exception as error:  # the last door of the thread; the window goes on
                sys.excepthook(type(error), error, error.__traceback__)


class VariantMaker(QObject):
    """``ask`` with a ``VariantRequest``: ``made(request, uint8 count×C×H×W)`` follows, unless another is asked for."""

    made = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _Thread | None = None

    @Slot(object)
    def ask(self, request: VariantRequest) -> None:
        """Make variants; what was asked for before and is not begun is left out."""
        if self._thread is None:
            self._thread = _Thread()
            self._thread.made.connect(self.made)
            self._thread.start(QThread.Priority.LowPriority)
        self._thread.ask(request)

    def close(self) -> None:
        """End the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.end()
            thread.wait()
