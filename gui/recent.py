"""Files opened lately, and other small things the program remembers between starts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

MOST = 10


def settings() -> QSettings:
    """The program's settings on this computer."""
    return QSettings("sketchnet", "sketchnet")


def recent_files() -> list[Path]:
    """Files opened lately that are still there, newest first."""
    stored = settings().value("recent", [])
    # Qt gives a list of one back as the one.
    listed = stored if isinstance(stored, list) else [stored] if stored else []
    return [path for path in (Path(str(name)) for name in listed) if path.is_file()][:MOST]


def remember_file(path: Path) -> None:
    """Put a file at the top of the list."""
    path = path.resolve()
    files = [path, *(p for p in recent_files() if p != path)]
    settings().setValue("recent", [str(p) for p in files[:MOST]])
