"""The program's settings on this computer: where they are, and what is done where they are damaged or cannot be kept.

Qt reads whatever a file holds without a word. So the file is looked at before Qt does: what is no file of settings is
set aside, and the program begins with its defaults. Where settings cannot be written they are kept in memory.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings

from engine.files.bounded import NotReadable, read_bounded

ORGANISATION = PROGRAM = "sketchnet"
LARGEST = 2**20
"""Bytes of a file of settings; the program writes a few thousand."""
_KEEPER = "sketchnet-settings"
_MOST_SET_ASIDE = 5


def settings() -> QSettings:
    """The program's settings on this computer."""
    return QSettings(ORGANISATION, PROGRAM)


def settings_file() -> Path | None:
    """The file that holds the settings; None where the system keeps them elsewhere, as Windows does."""
    if sys.platform in ("win32", "darwin"):
        return None
    # Not asked of the settings themselves: to make them is to read the file.
    return Path(QSettings(ORGANISATION, "none").fileName()).with_name(f"{PROGRAM}.conf")


def look_after(app: QCoreApplication) -> str:
    """Keep in memory what cannot be written. Returns a sentence where nothing can be, else ""."""
    kept = settings()
    # What cannot be written is known for as long as one such object lives.
    kept.setParent(app)
    kept.setObjectName(_KEEPER)
    return why_not_kept(kept)


def why_not_kept(found: QSettings) -> str:
    """Why settings last until the program is closed only, in a sentence; "" where they are kept."""
    if found.isWritable():
        return ""
    return f"Settings cannot be saved in {Path(found.fileName()).parent}: they last until Sketchnet is closed."


def set_damaged_aside() -> str:
    """Move a damaged file of settings out of the way. Returns a sentence where there was one, else ""."""
    path = settings_file()
    if path is None or not os.path.lexists(path):
        return ""
    wrong = _what_is_wrong(path)
    if not wrong:
        return ""
    aside = _free_name(path)
    try:
        os.replace(path, aside)
    except OSError as error:
        return f"The settings file {path} {wrong}, and it cannot be moved: {error.strerror}. Defaults are used."
    return f"The settings file {wrong}: it was renamed to {aside}, and the defaults are used."


def _free_name(path: Path) -> Path:
    for number in range(1, _MOST_SET_ASIDE + 1):
        aside = path.with_name(f"{path.name}-damaged{f'-{number}' if number > 1 else ''}")
        if not os.path.lexists(aside):
            return aside
    return aside  # the newest takes the place of the one before it


def _what_is_wrong(path: Path) -> str:
    """What is wrong with a file of settings, in words that follow its name; "" for nothing."""
    try:
        data = read_bounded(path, LARGEST)
    except NotReadable as error:
        if os.path.isfile(path) and not os.access(path, os.R_OK):
            return ""  # of another user: nothing is known of it, and it is in nobody's way
        return str(error)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "is damaged: it is not text"
    if "\0" in text:
        return "is damaged: it is not text"
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if line and "=" not in line and line[0] not in ";#" and not (line[0] == "[" and line[-1] == "]"):
            return f"is damaged: line {number} is no setting"
    return ""
