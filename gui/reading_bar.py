"""How far a file or folder of the user's has been read, followed while it is being read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from engine.data.progress import progress_of

_EVERY_MS = 100
_STEPS = 1_000


class ReadingBar(QProgressBar):
    """Hidden where nothing is to be followed; without a number until it is known how much there is to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self.setAccessibleName("Reading")
        self.setTextVisible(True)
        self.hide()

    def follow(self, path: Path | None) -> None:
        """Show how far the reading of ``path`` has come from now on; None for nothing."""
        if path != self._path:
            self._path = path
            self.setRange(0, 0)
            self.setFormat("")
        self.setVisible(path is not None)
        self._look()

    def stop(self) -> None:
        """Have what is being followed end before it is done."""
        progress = None if self._path is None else progress_of(self._path)
        if progress is not None:
            progress.stop()

    @Slot()
    def _look(self) -> None:
        progress = None if self._path is None else progress_of(self._path)
        if progress is None or (share := progress.share) is None:
            return
        self.setRange(0, _STEPS)
        self.setValue(round(share * _STEPS))
        self.setFormat(f"{progress.done:,} of {progress.total:,} {progress.unit}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
