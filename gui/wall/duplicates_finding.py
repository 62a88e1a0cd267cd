"""Finding nearly equal images in a thread, with how far it is, and an end before it is done."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.data.image_contents import ImageContents
from engine.data.pictures.duplicates import NearPairs, looks, near_pairs
from gui.threads import STACK_BYTES, end

_OF_LOOKS = 0.6
"""The share of the time that looking at the images takes; the rest is comparing."""


class _StoppedError(Exception):
    """Nobody wants to know any more."""


class _Thread(QThread):
    """``found`` after ``finished``; None where it was stopped or failed."""

    def __init__(self, images: ImageContents) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self.images = images
        self.found: NearPairs | None = None
        self.problem = ""
        self.share = 0.0

    def _advance(self, share: float) -> None:
        if self.isInterruptionRequested():
            raise _StoppedError
        self.share = share

    def run(self) -> None:
        images = self.images
        try:
            seen = looks(images.images, len(images), images.sizes, lambda share: self._advance(_OF_LOOKS * share))
            self.found = near_pairs(seen, lambda share: self._advance(_OF_LOOKS + (1 - _OF_LOOKS) * share))
        except _StoppedError:
            pass
        except MemoryError:
            self.problem = "There is not enough memory to compare so many images. Choose a smaller image size."
        except Exception as error:  # the last door of the thread; the window goes on
            sys.excepthook(type(error), error, error.__traceback__)
            self.problem = f"The images could not be compared: {type(error).__name__}."


class DuplicatesFinding(QObject):
    """``found(NearPairs or None, problem)``: it has ended; None where it was stopped. Ask ``share`` how far it is."""

    found = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _Thread | None = None

    @property
    def share(self) -> float:
        """How much is done, 0 … 1; 1 where nothing is under way."""
        return 1.0 if self._thread is None else self._thread.share

    def find(self, images: ImageContents) -> None:
        """Look for nearly equal images; what was being looked for is given up."""
        self.close()
        self._thread = _Thread(images)
        self._thread.finished.connect(self._finish)
        self._thread.start(QThread.Priority.LowPriority)

    @Slot()
    def stop(self) -> None:
        """Give up; ``found`` follows."""
        if self._thread is not None:
            self._thread.requestInterruption()

    @Slot()
    def _finish(self) -> None:
        thread = self._thread
        if thread is None or self.sender() is not thread:
            return
        self._thread = None
        self.found.emit(thread.found, thread.problem)
        thread.deleteLater()

    def close(self) -> None:
        """End what is under way, and tell nothing of it."""
        thread, self._thread = self._thread, None
        end(thread)
