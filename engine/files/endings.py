"""The endings of file names, such as ``.sketchnet``: whether a name has one, and the name with or without it.

``Path.suffix`` is no answer: of "net v1.2" it makes the ending ".2", and a file of that name would lose it.
"""

from __future__ import annotations

from pathlib import Path, PurePath


def ending_of(path: PurePath | str, *endings: str) -> str:
    """Which of ``endings`` (".py", lower case) the name has, in letters of any case; "" when it has none.

    A name that is nothing but an ending, such as ".py", has none.
    """
    name = PurePath(path).name
    found = (ending for ending in endings if len(name) > len(ending) and name[-len(ending) :].lower() == ending)
    return next(found, "")


def with_ending(path: Path, *endings: str) -> Path:
    """``path`` if its name has one of ``endings``, else with the first of them added; nothing is ever cut off."""
    return path if ending_of(path, *endings) else path.with_name(path.name + endings[0])


def without_ending(name: str, *endings: str) -> str:
    """The name without whichever of ``endings`` it has."""
    return name[: len(name) - len(ending_of(name, *endings))]
