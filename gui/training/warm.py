"""Loads torch in a thread once the window is shown, so that the first press of Train need not wait."""

from __future__ import annotations

import sys

from PySide6.QtCore import QThread

from engine.running import torch_preload
from gui.training.worker import STACK_BYTES


class WarmUp(QThread):
    """``start`` it after the first paint; ``wait`` for it before the program ends."""

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)

    def run(self) -> None:
        """Load. Runs in the thread."""
        try:
            torch_preload.load()
        except Exception as error:  # told now rather than at the first run; the window can still draw
            sys.excepthook(type(error), error, error.__traceback__)
