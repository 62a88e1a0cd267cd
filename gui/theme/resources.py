"""Where the files drawn for the window lie, both in a checkout and in an installed copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
ICONS = RESOURCES / "icons"


def register() -> None:
    """Let style sheets say ``icons:name.svg``: no path with spaces or backslashes is written into one."""
    QDir.setSearchPaths("icons", [str(ICONS)])
