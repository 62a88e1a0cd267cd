"""Files that are dropped onto the window, or chosen to be tried: what is meant is done, and what cannot be says why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QObject, Slot

from engine.counting import noun
from engine.data import catalogue
from engine.data.dataset import DataError, Schema
from engine.data.kinds import DataKind
from engine.data.pictures.layout import ENDINGS
from engine.files.endings import ending_of
from engine.project.file import SUFFIX
from engine.tasks import table_proposal
from engine.tasks.proposal import PROPOSERS
from gui.background import aside, under_way
from gui.data_opening import DataOpening
from gui.files import Files
from gui.tryout.host import TryoutHost
from gui.tryout.pixels import image_in
from gui.workspace import Workspace

TABLES = table_proposal.SUFFIXES
_MOST_TRIED = 5_000_000
"""Bytes: a larger table is there to learn from, and would take long to be read for its first row."""
_TAKEN = (
    f"The window opens projects (*{SUFFIX}), images for a network that takes images, tables (*.csv) to learn from or "
    "to try, and plain texts (*.txt), folders of images and zip archives of these to learn from."
)


class Dropping(QObject):
    """Serves one window. ``say`` shows a sentence."""

    def __init__(
        self,
        studio: Workspace,
        files: Files,
        tryout: TryoutHost,
        opening: DataOpening,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(tryout)
        self._studio, self._files, self._tryout, self._opening, self._say = studio, files, tryout, opening, say
        tryout.file_wanted.connect(self.choose_picture)
        tryout.pasted.connect(self.try_image)

    @staticmethod
    def takes(data: QMimeData) -> bool:
        """Whether what is dragged is files, or wherever else they are, of whatever kind: all get an answer."""
        return bool(data.urls()) or data.hasImage()

    def drop(self, data: QMimeData) -> None:
        """Do what the files are dropped for. A project goes before all else; of others the first is taken."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        projects = [path for path in paths if ending_of(str(path), SUFFIX)]
        if projects:
            self._files.open(projects[0])
        elif not paths and (image := image_in(data)) is not None:
            self.try_image(image)
        elif not paths:
            self._say("Only files on this computer can be dropped here: save it to a folder first.")
        elif under_way():
            self._say("Another file is still being read. Drop it again in a moment.")
        else:
            more = f" It is the first of {len(paths)} files; the others were ignored." if len(paths) > 1 else ""
            words = self._take(paths[0])
            if words or more:
                self._say(f"{words}{more}".strip())

    @Slot()
    def choose_picture(self) -> None:
        """Ask for a picture and try it."""
        path = self._files.dialogs.picture_to_try(self._files.folder(), ENDINGS)
        if path is not None:
            self._say(self._try_picture(path))

    @Slot()
    def choose_data(self) -> None:
        """Ask for a file and learn from it; for a folder where the data of the project is made of one."""
        recipe = self._studio.document.recipe
        if catalogue.is_of_file(recipe.dataset) and catalogue.is_of_folder(recipe.dataset):
            self.choose_folder()
            return
        path = self._files.dialogs.data_to_open(self._files.folder(), {one.what: one.suffixes for one in PROPOSERS})
        if path is not None:
            self._opening.open(path)

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of images and learn from it."""
        path = self._files.dialogs.folder_to_open(self._files.folder())
        if path is not None:
            self._opening.open(path)

    def _take(self, path: Path) -> str:
        """Try what is in a file, or learn from it; says how that went, "" where that is said elsewhere."""
        if path.is_dir():
            return self._learn_from(path)
        if ending_of(str(path), *ENDINGS):
            return self._try_picture(path)
        if ending_of(str(path), *TABLES):
            return self._try_table(path)
        if any(proposer.takes(path) for proposer in PROPOSERS):
            return self._learn_from(path)
        return f"{path.name} cannot be opened here. {_TAKEN}"

    def _learn_from(self, path: Path) -> str:
        self._opening.open(path)
        return ""

    @Slot(object)
    def try_image(self, image: NDArray[np.uint8]) -> None:
        """Try an image that was pasted or dropped without a file, uint8 height×width×3."""
        self._say(self._try_pixels("The image", lambda: image))

    def _try_picture(self, path: Path) -> str:
        from engine.data.pictures.file import read_picture_file  # what reads pictures is loaded when there is one

        return self._try_pixels(path.name, partial(read_picture_file, path), str(path))

    def _try_pixels(self, name: str, read: Callable[[], NDArray[np.generic]], place: str = "The image") -> str:
        """Try an image; ``name`` is what it is called, ``place`` begins the sentence of what is wrong with it."""
        schema = self._studio.schema
        if schema is None:
            return f"{name} cannot be tried: the dataset of this project is not known here."
        if schema.kind is not DataKind.PICTURES:
            return (
                f"{name} is an image, and this network takes {_columns(schema)}. Choose a dataset of images "
                "to try it."
            )
        from engine.data.pictures.input import picture_input  # what reads pictures is loaded when there is one

        def prepared() -> tuple[NDArray[np.generic], NDArray[np.uint8]]:
            image = read()
            return image, picture_input(image, schema, place)

        try:
            image, picture = aside(prepared)
        except DataError as error:
            return str(error)
        if not self._tryout.try_image(image, picture):
            return f"{name} cannot be tried here yet: {schema.title} has images and no classes."
        return f"{name} is the network's input now."

    def _try_table(self, path: Path) -> str:
        """Put the first row of a table into the form where the network takes such rows; else learn from the table."""
        schema = self._studio.schema
        name = self._studio.session.path
        project = f"{self._studio.session.name}{SUFFIX}" if name is None else name.name
        command = f"sketchnet-cli predict {project} --csv {path.name}"
        if schema is None or schema.kind is DataKind.PICTURES or _size(path) > _MOST_TRIED:
            return self._learn_from(path)
        from engine.data.tables.file import read_rows

        try:
            rows = aside(partial(read_rows, path, schema))
        except DataError:
            return self._learn_from(path)
        if not self._tryout.try_row(rows[0].tolist()):
            return f"The form for {schema.title} is not ready yet. Drop {path.name} again in a moment."
        return f"Row 1 of {len(rows):,} of {path.name} is in the form. The command for all rows: {command}"


def _size(path: Path) -> int:
    """In bytes; 0 where that cannot be known: who reads the file says what is wrong with it."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _columns(schema: Schema) -> str:
    """What a row is made of, in a few words."""
    names, most = schema.columns, 4
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more {noun(len(names) - most + 1, 'column')}"
