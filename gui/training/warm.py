"""Loads torch in a thread once the window is shown, so that neither the first answer nor the first press of Train
need wait."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QThread, Slot

from engine.running import torch_preload
from gui.threads import STACK_BYTES

MOST_S = 1.0
"""How long the rest waits for the first answer, if nobody has asked anything."""


class WarmUp(QThread):
    """``start`` it after the first paint; ``wait`` for it before the program ends.

    What an answer needs is loaded first. What only training needs follows when the first answer was given (``go_on``),
    since both would take turns on Python's one lock.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._answered = threading.Event()

    @Slot()
    def go_on(self, *_answer: object) -> None:
        """Nobody waits for an answer any more."""
        self._answered.set()

    def run(self) -> None:
        """Load. Runs in the thread."""
        try:
            torch_preload.load_to_answer()
            self._answered.wait(MOST_S)
            torch_preload.load()
        except Exception as error:  # told now rather than at the first run; the window can still draw
            sys.excepthook(type(error), error, error.__traceback__)
