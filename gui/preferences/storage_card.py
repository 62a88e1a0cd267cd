"""What the program keeps on this computer, how much that is, and the buttons that open or empty it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QThread, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from engine.counting import counted
from engine.data import folders, storage
from engine.data.storage import DiskUse
from engine.network.memory import bytes_words
from engine.project.recovery import state_folder
from gui.crash.log import log_file
from gui.dialogs import Dialogs
from gui.folder_opening import open_folder
from gui.plain_text import PlainLabel, plain_tip
from gui.settings_file import settings_file
from gui.theme.style import set_role

_MEASURING = "Measuring…"


class _Measuring(QThread):
    """Walks through the folders: those of a user with much data take seconds on a slow disk."""

    def __init__(self) -> None:
        super().__init__()
        self.downloads, self.caches = DiskUse(), DiskUse()
        self.cancelled = False

    def run(self) -> None:
        self.downloads = storage.downloads_use(lambda: self.cancelled)
        self.caches = storage.caches_use()


class StorageCard(QWidget):
    """One row a place: what it is, how much it takes, and what can be done. ``said`` is a sentence to be shown."""

    said = Signal(str)

    def __init__(self, dialogs: Dialogs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self.caches_use = DiskUse()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.downloads = self._row("Datasets", folders.downloads())
        self.caches = self._row("Caches", folders.cache())
        self.empty = QPushButton("Empty…")
        self.empty.setToolTip("Remove what can be made again")
        self.empty.setAccessibleName("Empty the caches")
        self.empty.setEnabled(False)
        self.empty.setAutoDefault(False)
        self.empty.clicked.connect(self._empty)
        self._grid.addWidget(self.empty, 1, 3)
        self._row("Recovery", state_folder())
        self._row("Logs and crash reports", log_file().parent)
        kept = settings_file()
        if kept is not None:
            self._row("Settings", kept.parent)
        self._measuring = _Measuring()
        self._measuring.finished.connect(self._measured)
        self.measure()

    def _row(self, title: str, folder: Path) -> PlainLabel:
        """Add a row. Returns the label that says how much there is."""
        line = self._grid.rowCount() if self._grid.count() else 0
        amount = PlainLabel()
        set_role(amount, "quiet")
        amount.setToolTip(plain_tip(str(folder)))
        button = QPushButton("Open folder")
        button.setProperty("folder", str(folder))
        button.setToolTip(plain_tip(str(folder)))
        button.setAccessibleName(f"Open the folder: {title}")
        button.setAutoDefault(False)
        button.clicked.connect(self._open)
        self._grid.addWidget(PlainLabel(title), line, 0)
        self._grid.addWidget(amount, line, 1)
        self._grid.addWidget(button, line, 2)
        return amount

    def measure(self) -> None:
        """Look how much there is, in a thread."""
        if not self._measuring.isRunning():
            self.downloads.setText(_MEASURING)
            self.caches.setText(_MEASURING)
            self._measuring.start()

    def close_threads(self) -> None:
        """Give up what is being measured."""
        self._measuring.cancelled = True
        self._measuring.wait()

    @Slot()
    def _measured(self) -> None:
        downloads, self.caches_use = self._measuring.downloads, self._measuring.caches
        self.downloads.setText(_words(downloads))
        self.caches.setText(_words(self.caches_use))
        self.empty.setEnabled(self.caches_use.files > 0)

    @Slot()
    def _empty(self) -> None:
        use = self.caches_use
        if not self._dialogs.empty_caches(bytes_words(use.bytes), counted(use.files, "file")):
            return
        gone = storage.empty_caches()
        self.said.emit(f"Removed {counted(gone.files, 'file')} with {bytes_words(gone.bytes)}.")
        self.measure()

    @Slot()
    def _open(self) -> None:
        said = open_folder(Path(str(self.sender().property("folder"))))
        if said:
            self.said.emit(said)


def _words(use: DiskUse) -> str:
    return f"{bytes_words(use.bytes)} in {counted(use.files, 'file')}" if use.files else "Nothing"
