"""The gallery of a window: made when it is first asked for, and kept, with its pictures, for the next time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gui.files import Files
from gui.gallery.card import PICTURE
from gui.gallery.dialog import GalleryDialog
from gui.gallery.entries import GalleryEntry, entries
from gui.gallery.preparing import Preparing


class Gallery(QObject):
    """Opens what is chosen in the gallery."""

    def __init__(self, files: Files, window: QWidget) -> None:
        super().__init__(window)
        self._files, self._window = files, window
        self._preparing = Preparing(PICTURE, self)
        self.dialog: GalleryDialog | None = None

    @Slot()
    def open(self) -> None:
        """Show the gallery."""
        if self.dialog is None:
            self.dialog = GalleryDialog(entries(), self._preparing, self._window)
            self.dialog.chosen.connect(self._begin)
        self.dialog.setModal(True)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot(object)
    def _begin(self, entry: GalleryEntry) -> None:
        if entry.kind == "template":
            self._files.new(entry.name)
        else:
            self._files.open_example(entry.name)
