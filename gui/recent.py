"""Files opened lately."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gui.settings_file import settings
from gui.system.recently_used import tell_system

MOST = 10
_LONGEST_NAME = 60
"""Letters of a file's or a folder's name in a menu."""


def recent_files() -> list[Path]:
    """Files opened lately that are still there, newest first."""
    stored = settings().value("recent", [])
    # Qt gives a list of one back as the one.
    listed = stored if isinstance(stored, list) else [stored] if stored else []
    return [path for path in (Path(str(name)) for name in listed) if path.is_file()][:MOST]


def told_apart(paths: Sequence[Path]) -> list[str]:
    """A label for each file: its name and the folder it is in, with as many folders above as tell the files apart."""
    depths = [1] * len(paths)
    while True:
        labels = [_label(path, depth) for path, depth in zip(paths, depths, strict=True)]
        alike = [n for n, label in enumerate(labels) if labels.count(label) > 1 and depths[n] < len(paths[n].parts)]
        if not alike:
            return labels
        for number in alike:
            depths[number] += 1


def _label(path: Path, depth: int) -> str:
    folders = path.parent.parts[-depth:]
    return f"{_shortened(path.name)} — {_shortened(str(Path(*folders)))}" if folders else _shortened(path.name)


def _shortened(name: str) -> str:
    """A name without its middle where it would make a menu wider than a screen; the tooltip has all of it."""
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[:half]}…{name[-half:]}"


def remember_file(path: Path) -> None:
    """Put a file at the top of the list, and into the system's."""
    path = path.resolve()
    files = [path, *(p for p in recent_files() if p != path)]
    settings().setValue("recent", [str(p) for p in files[:MOST]])
    tell_system(path)
