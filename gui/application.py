"""The application of Qt's, with what a system tells it: macOS says by an event which file is to be opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """``file_opened(Path)``: a file was dropped on the program's icon, or opened with it."""

    file_opened = Signal(object)

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(list(words))
        self.setApplicationName("sketchnet")
        self.setApplicationDisplayName("Sketchnet")
        self.setDesktopFileName("sketchnet")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            if event.file():
                self.file_opened.emit(Path(event.file()))
            return True
        return super().event(event)
