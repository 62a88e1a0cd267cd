"""Opens the wall of all images, keeps it up with the document and the network, and makes of edits steps of undo."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from engine.data.dataset import DataError
from engine.data.image_contents import ImageContents, contents
from engine.data.sources import own_pictures
from engine.reports.data_words import name_unread
from engine.training.data_loading import load_data, rows_key
from engine.training.recipe import Recipe
from gui.looked_at import LookAt, look_of
from gui.wall.asking import WallAsking
from gui.wall.sieve import Guesses
from gui.wall.window import WallWindow
from gui.workspace import Workspace


class _Errand:
    """Reads all images; ``run`` is for a thread that may wait."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.key = _key(recipe)
        self.images: ImageContents | None = None
        self.problem = ""

    def run(self) -> None:
        try:
            own = self.recipe.dataset == own_pictures.NAME
            names = own_pictures.pictures(self.recipe.dataset_options).names if own else ()
            self.images = contents(load_data(self.recipe), names)
        except DataError as error:
            self.problem = str(error)


def _key(recipe: Recipe) -> Hashable:
    return rows_key(recipe)


class WallOpening(QObject):
    """Serves one window of the program."""

    def __init__(self, studio: Workspace, action: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._document, self._window = studio, studio.document, window
        self.dialog: WallWindow | None = None
        """The window that is open."""
        self._errand: _Errand | None = None
        self.asking = WallAsking(studio.predictions, self)
        action.triggered.connect(self.open)
        self._document.changed.connect(self._changed)
        studio.reading.read.connect(self._read)
        studio.network_changed.connect(self._ask)
        self.asking.told.connect(self._told)

    @Slot()
    def open(self) -> None:
        """LookAt at the images of the project."""
        if look_of(self._document.recipe) is not LookAt.IMAGES:
            return
        if self.dialog is None:
            self.dialog = dialog = WallWindow(self._window)
            dialog.closed.connect(self._close)
            dialog.show()
            self._changed()
        else:
            self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot()
    def _close(self) -> None:
        dialog, self.dialog, self._errand = self.dialog, None, None
        self.asking.ask(None, None)
        if dialog is not None:
            dialog.deleteLater()

    @Slot()
    def _changed(self, *_values: object) -> None:
        dialog, recipe = self.dialog, self._document.recipe
        if dialog is None:
            return
        if look_of(recipe) is not LookAt.IMAGES:
            dialog.close()
            return
        if self._errand is None or self._errand.key != _key(recipe):
            self._errand = errand = _Errand(recipe)
            self.asking.ask(None, None)
            dialog.show_words(name_unread(recipe))
            self._studio.reading.do(errand.run)

    @Slot()
    def _read(self) -> None:
        dialog, errand = self.dialog, self._errand
        if dialog is None or errand is None:
            return
        title = name_unread(self._document.recipe)
        if errand.problem:
            dialog.show_words(title, errand.problem)
        elif errand.images is not None and (dialog.wall is None or dialog.wall.images is not errand.images):
            dialog.show_images(title, errand.images)
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Ask the network, but while it learns: it is another one every moment then."""
        dialog = self.dialog
        if dialog is not None and dialog.wall is not None and not self._studio.training:
            self.asking.ask(dialog.wall.images, self._studio.predictions.trained)

    @Slot(object, str)
    def _told(self, guesses: Guesses, words: str) -> None:
        dialog = self.dialog
        if dialog is not None and dialog.wall is not None and len(dialog.wall.images) == len(guesses.labels):
            dialog.show_guesses(guesses, words)
