"""What was learned is not lost because its file cannot be written: it goes into the user's own folder instead."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from engine.files.endings import without_ending
from engine.files.temporaries import clear_folder
from engine.project.file import SUFFIX, write
from engine.project.journal_stores import clear_stores, stores_beside
from engine.project.project import Project, ProjectError
from engine.project.recovery import Journal, state_folder

MOST_LEFT_OUT = 10
_LONGEST_NAME = 60


class RescuedError(ProjectError):
    """A project could not be saved where it belongs. ``copy`` is where it is instead; the message names it."""

    def __init__(self, message: str, copy: Path) -> None:
        super().__init__(message)
        self.copy = copy


def rescue_folder() -> Path:
    """Where copies of projects are put that could not be saved in their place."""
    return state_folder() / "rescued"


def left_out_folder() -> Path:
    """Where the last of the unsaved work is kept that somebody did not go on with after a crash."""
    return state_folder() / "left-out"


def write_or_rescue(project: Project, path: Path, *, new: bool = False) -> None:
    """Save the project; where that fails, save a copy in the user's state folder, or else in the temporary folder.

    With ``new`` it fails where there is a file already.
    Raises RescuedError when only a copy could be saved, and ProjectError when not even that.
    """
    try:
        write(project, path, new=new)
    except ProjectError as error:
        copy, tried = _copy(project, path.name)
        if copy is None:
            raise ProjectError(f"{error} No copy could be saved elsewhere either. {tried}") from error
        raise RescuedError(f"{error} It is saved in {copy} instead. {tried}".strip(), copy) from error


def put_aside(journal: Journal, folder: Path | None = None) -> Path:
    """Move unsaved work, which may be the only copy, into ``folder``, by default the rescue folder.

    Returns where it is now. Raises OSError; then it is where it was.
    """
    folder, name = folder or rescue_folder(), "untitled" if journal.file is None else journal.file.name
    folder.mkdir(parents=True, exist_ok=True)
    aside, number = folder / _name_of_copy(name), 1
    while aside.exists():  # put aside in the same second
        number += 1
        aside = folder / _name_of_copy(f"{without_ending(name, SUFFIX)}-{number}")
    stores = stores_beside(journal.path)
    if stores and _made_whole(journal, aside):
        return aside
    for store in stores:  # they keep the number that the journal knows them by
        shutil.move(store, aside.with_name(f"{aside.name}{store.suffix}"))
    return Path(shutil.move(journal.path, aside))


def _made_whole(journal: Journal, path: Path) -> bool:
    """Write unsaved work that lies in several files into one, as far as it can be read; returns whether it could."""
    try:
        write(journal.recover(), path)
    except ProjectError:
        return False
    return True


def leave_out(journal: Journal) -> None:
    """Take unsaved work that nobody goes on with out of the way. Never raises.

    A key pressed in haste must not cost it: it is kept in ``left_out_folder``, until as many others have come after it.
    """
    folder = left_out_folder()
    with suppress(OSError):
        put_aside(journal, folder)
    journal.discard()
    with suppress(OSError):
        newest = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest[MOST_LEFT_OUT:]:
            path.unlink()
            clear_stores(path)


def _name_of_copy(name: str) -> str:
    stem = without_ending(name, SUFFIX)[:_LONGEST_NAME]
    return f"{stem}-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}{SUFFIX}"


def _copy(project: Project, name: str) -> tuple[Path | None, str]:
    """Where a copy was put, if anywhere, and sentences about the places that failed."""
    name = _name_of_copy(name)
    folder, tried = rescue_folder(), ""
    try:
        clear_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        write(project, folder / name)
        return folder / name, ""
    except ProjectError as error:
        tried = str(error)
    except OSError as error:
        tried = f"There can be no folder {folder}: {error.strerror or type(error).__name__}."
    try:
        folder = Path(tempfile.mkdtemp(prefix="sketchnet-"))
    except OSError as error:
        return None, f"{tried} There is no temporary folder: {error.strerror or type(error).__name__}."
    try:
        write(project, folder / name)
        return folder / name, tried
    except ProjectError as error:
        with suppress(OSError):
            folder.rmdir()
        return None, f"{tried} {error}"
