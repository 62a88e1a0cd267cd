"""A thread that works on one trained network, and ends with a sentence where that fails: the window goes on."""

from __future__ import annotations

import sys
from typing import ClassVar

from PySide6.QtCore import QThread

from engine.data.dataset import DataError
from engine.network.memory import NOT_ENOUGH, is_out_of_memory
from engine.running import torch_preload
from gui.threads import STACK_BYTES
from gui.training.trained import Trained


class NetworkThread(QThread):
    """Does ``work`` with ``trained`` once torch is loaded. Read ``problem`` after ``finished``; "" for none."""

    UNEXPECTED: ClassVar[str]
    """The sentence about an error that nobody foresaw; ``{kind}`` is its class, ``{error}`` what it says."""

    def __init__(self, trained: Trained) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self.trained = trained
        self.problem = ""

    def work(self) -> None:
        """What is to be done. Runs in the thread; a DataError or ValueError is told as it is."""
        raise NotImplementedError

    def run(self) -> None:
        """Work, and keep what went wrong. Runs in the thread."""
        try:
            torch_preload.load()
            self.work()
        except (DataError, ValueError) as error:
            self.problem = str(error)
        except Exception as error:  # the last door of the thread
            if is_out_of_memory(error):
                self.problem = NOT_ENOUGH
                return
            sys.excepthook(type(error), error, error.__traceback__)
            self.problem = self.UNEXPECTED.format(kind=type(error).__name__, error=error)
