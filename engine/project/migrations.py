"""Old formats of ``project.json``: small functions, each from one format to the next.

To change the format: add one to ``FORMAT``, add the function from the old one to ``MIGRATIONS``, and keep a file of
the old format with the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.project.project import ProjectError
from engine.text import brief

FORMAT = 2

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _settings_renamed(data: dict[str, Any]) -> dict[str, Any]:
    """Format 2 gives settings the names they have in torch. The former ones stand beside their declarations.

    They are read there (``Parameter.was``), since drawings and settings also come from other places than this file.
    """
    return data


MIGRATIONS: Mapping[int, Migration] = {1: _settings_renamed}
"""Format n -> the function that makes it format n + 1."""


def migrated(
    data: dict[str, Any],
    file: str,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    newest: int = FORMAT,
) -> dict[str, Any]:
    """``data`` in the newest format. Raises ProjectError for a format that is not known."""
    found = data.get("format")
    if type(found) is not int or found < 1:
        raise ProjectError(
            f'{file} does not say its format: "format" must be a whole number, not {brief(found)}.'
        )
    if found > newest:
        raise ProjectError(
            f"{file} was written by a newer version (format {brief(found)}; this version reads up to {newest}). "
            "Update Sketchnet to open it."
        )
    for number in range(found, newest):
        data = {**migrations[number](data), "format": number + 1}
    return data
