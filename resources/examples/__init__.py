"""Example projects that the program comes with."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The examples there are, by name."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.sketchnet")))


def path(name: str) -> Path:
    """Where the example lies."""
    return _FOLDER / f"{name}.sketchnet"
