"""A small dataset of the user's own that travels inside the project: what of it is put into the file, and taken out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from engine.data import folders
from engine.data.dataset import DataError
from engine.data.examples import file, library
from engine.files.atomic import WriteError, write_whole
from engine.files.bounded import NotReadable, read_bounded

OPTION = "inside"
"""The option of a dataset by which it travels inside the project."""
PART = "data/examples.txt"
"""The part of a project file that holds it."""
LARGEST = 16 * 2**20
"""Bytes of a dataset that travels."""


def is_wanted(options: Mapping[str, Any]) -> bool:
    """Whether the data of a recipe is to travel inside its project."""
    return options.get(OPTION) is True and bool(options.get("path"))


def part_of(options: Mapping[str, Any]) -> bytes | None:
    """What is put into the project file; None where that is not wanted, too large, or not there."""
    if not is_wanted(options):
        return None
    with suppress(NotReadable):
        return read_bounded(library.path_of(str(options["path"])), LARGEST)
    return None


def taken_out(data: bytes, name: str) -> str:
    """By what name the dataset that came with a project is known here: ``name`` where the library has all of it.

    Otherwise it is that of a file in the folder for what can be made again. ``name`` too where it cannot be written.
    """
    target = folders.cache() / "carried" / f"{hashlib.sha256(data).hexdigest()[:32]}{file.SUFFIX}"
    try:
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, data)
        came = file.read(target)
    except (OSError, WriteError, DataError):
        return name
    with suppress(DataError):
        there = {example.id for example in file.read(library.path_of(name)).examples}
        if there.issuperset(example.id for example in came.examples):
            return name
    return str(target)


def size_of(options: Mapping[str, Any]) -> int:
    """How many bytes it takes; 0 where it is not there."""
    with suppress(OSError, ValueError):
        return library.path_of(str(options.get("path", ""))).stat().st_size
    return 0
