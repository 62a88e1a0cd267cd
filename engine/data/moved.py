"""A file of the user's that is not where it was: it is searched for beside the project.

Projects are copied together with their data, to another folder or another computer: there the path that was noted leads
nowhere, while the file lies beside the project.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PureWindowsPath

from engine.data.fingerprint import FileState, Fingerprint

_MOST_PARTS = 4
"""Of the noted path, from its end, that may be the same beside the project."""
_MOST_ENTRIES = 500
"""Files and folders beside the project that are looked at."""


def found_beside(path: Path, folder: Path, known: Fingerprint | None) -> Path | None:
    """Where the file that was at ``path`` is now, in ``folder`` or in a folder in it; None where it is not.

    One of the same name is taken, with the same end of its path before others; where the fingerprint is ``known`` one
    that has it goes before all, also by another name. Waits for the disk: not for a thread that may not.
    """
    named = list(_of_that_name(path, folder))
    if known is None or path.suffix == "":  # a folder has no fingerprint of its own here
        return named[0] if named else None
    same = next((one for one in named if known.state(one) is FileState.SAME), None)
    same = same or next((one for one in _of_that_size(path, folder, known) if known.state(one) is FileState.SAME), None)
    return same or (named[0] if named else None)


def _of_that_name(path: Path, folder: Path) -> Iterator[Path]:
    parts = PureWindowsPath(path).parts  # which has both signs between its parts
    for count in range(min(_MOST_PARTS, len(parts) - 1), 0, -1):
        with suppress(OSError, ValueError):
            place = folder.joinpath(*parts[-count:])
            if place.exists():
                yield place
    for inside in _entries(folder):
        with suppress(OSError, ValueError):
            place = inside / parts[-1] if parts else inside
            if inside.is_dir() and place.exists():
                yield place


def _of_that_size(path: Path, folder: Path, known: Fingerprint) -> Iterator[Path]:
    for place in _entries(folder):
        with suppress(OSError):
            if place.suffix == path.suffix and place.is_file() and place.stat().st_size == known.size:
                yield place


def _entries(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        for number, place in enumerate(folder.iterdir()):
            if number >= _MOST_ENTRIES:
                return
            yield place
