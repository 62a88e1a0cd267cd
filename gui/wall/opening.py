"""Opens the wall of all images, and keeps it up with the document and the network."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from engine.data.dataset import DataError
from engine.data.image_contents import ImageContents, contents
from engine.data.reading import StillReading
from engine.data.sources import own_pictures
from engine.reports.data_words import name_unread
from engine.training.data_loading import load_data, rows_key
from engine.training.recipe import Recipe
from gui.looked_at import LookAt, look_of
from gui.wall.asking import WallAsking
from gui.wall.duplicates_window import DuplicatesWindow
from gui.wall.editing import WallEditing, unedited
from gui.wall.sieve import Guesses
from gui.wall.window import WallWindow
from gui.workspace import Workspace


class _Errand:
    """Reads all images as their files have them; ``run`` is for a thread that may wait."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = unedited(recipe)
        self.key = rows_key(self.recipe)
        self.images: ImageContents | None = None
        self.problem = ""

    @property
    def is_own(self) -> bool:
        """Whether they are files of the user's, of which something can be edited."""
        return self.recipe.dataset == own_pictures.NAME

    def run(self) -> None:
        try:
            names = own_pictures.pictures(self.recipe.dataset_options).names if self.is_own else ()
            self.images = contents(load_data(self.recipe), names)
        except DataError as error:
            self.problem = str(error)


class WallOpening(QObject):
    """Serves one window of the program, by its ``actions``."""

    def __init__(self, studio: Workspace, actions: Mapping[str, QAction], window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._document, self._window = studio, studio.document, window
        self._history = [actions["undo"], actions["redo"]]
        self.dialog: WallWindow | None = None
        """The window that is open."""
        self.duplicates: DuplicatesWindow | None = None
        """The window of nearly equal images, if it is open."""
        self._editing: WallEditing | None = None
        self._errand: _Errand | None = None
        self.asking = WallAsking(studio.predictions, self)
        actions["look"].triggered.connect(self.open)
        self._document.changed.connect(self._changed)
        studio.reading.read.connect(self._read)
        studio.network_changed.connect(self._ask)
        self.asking.told.connect(self._told)

    @Slot()
    def open(self) -> None:
        """Look at the images of the project."""
        if look_of(self._document.recipe) is not LookAt.IMAGES:
            return
        if self.dialog is None:
            self.dialog = dialog = WallWindow(self._window)
            dialog.addActions(self._history)  # with their keys
            self._editing = WallEditing(self._document, dialog)
            dialog.duplicates.clicked.connect(self._open_duplicates)
            dialog.walled.connect(self._show_duplicates)
            dialog.closed.connect(self._close)
            dialog.show()
            self._changed()
        else:
            self.dialog.raise_()
        self.dialog.activateWindow()

    def close(self) -> None:
        """Close what is open, and end what is being looked for."""
        if self.dialog is not None:
            self.dialog.close()

    @Slot()
    def _open_duplicates(self) -> None:
        if self.dialog is None or self._editing is None:
            return
        if self.duplicates is None:
            self.duplicates = window = DuplicatesWindow(self.dialog)
            window.addActions(self._history)
            window.exclude.connect(self._editing.exclude)
            window.together.connect(self._editing.put_each)
            window.finished.connect(self._close_duplicates)
            window.show()
            self._show_duplicates()
        self.duplicates.activateWindow()

    @Slot()
    def _show_duplicates(self) -> None:
        if self.duplicates is not None and self.dialog is not None:
            self.duplicates.show_wall(self.dialog.wall, may_edit=self.dialog.may_edit)

    @Slot()
    def _close_duplicates(self) -> None:
        window, self.duplicates = self.duplicates, None
        if window is not None:
            window.deleteLater()

    @Slot()
    def _close(self) -> None:
        if self.duplicates is not None:
            self.duplicates.close()
        dialog, self.dialog, self._errand, self._editing = self.dialog, None, None, None
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
        if self._errand is None or self._errand.key != rows_key(unedited(recipe)):
            self._errand = errand = _Errand(recipe)
            self.asking.ask(None, None)
            dialog.show_words(name_unread(recipe))
            self._studio.reading.do(errand.run)
        else:
            self._show(dialog, self._errand)

    @Slot()
    def _read(self) -> None:
        dialog, errand = self.dialog, self._errand
        if dialog is None or errand is None:
            return
        if errand.problem:
            dialog.show_words(name_unread(errand.recipe), errand.problem)
        elif errand.images is not None and (dialog.wall is None or dialog.wall.images.block is not errand.images.block):
            self._show(dialog, errand)
            self._ask()

    def _show(self, dialog: WallWindow, errand: _Errand) -> None:
        """Show the images as they are after the edits of the document."""
        images, title = errand.images, name_unread(errand.recipe)
        if images is None or self._editing is None:
            return
        self._editing.images = images
        if not errand.is_own:
            dialog.show_images(title, images)
            return
        try:
            rows = own_pictures.edited(self._document.recipe.dataset_options)
        except StillReading:
            return  # what there was stays on show until it is known
        except DataError as error:
            dialog.show_words(title, str(error))
            return
        dialog.show_images(title, images.edited(rows), rows.edited)

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
