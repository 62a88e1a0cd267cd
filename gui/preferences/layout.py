"""The places of windows and panels that are remembered, and forgetting them where the user wants to begin anew."""

from __future__ import annotations

from gui.preferences.store import preferences
from gui.settings_file import settings

KEYS = ("geometry", "map", "left", "splitter", "views")
"""Names, and beginnings of names, of the settings that hold such places."""


def forget_places() -> None:
    """At the start, unless places are to be restored: everything is then where it is at first."""
    if not preferences().value("restore_layout"):
        kept = settings()
        for key in KEYS:
            kept.remove(key)
