"""The application of Qt's, with what a system tells it: macOS says by an event which file is to be opened."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


def why_no_window(surroundings: Mapping[str, str]) -> str:
    """Why no window can open here, in a sentence; "" where one can. Qt itself would end the program."""
    if not sys.platform.startswith("linux"):
        return ""
    if any(surroundings.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")):
        return ""
    return (
        "No window can open: there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). "
        "In a terminal sketchnet-cli does the same."
    )


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
