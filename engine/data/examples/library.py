"""The library of the user's own datasets: a file each in the user's data folder, for every project."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.data import folders
from engine.data.dataset import DataError
from engine.data.examples import file
from engine.data.examples.values import Collection, Description

MOST = 1_000
"""Files that are looked at."""
_LEARNED = ".learned"


@dataclass(frozen=True, eq=False)
class OwnDataset:
    """A dataset of the library: its name, by which recipes and the command line call it, and what is in it."""

    name: str
    path: Path
    collection: Collection


def path_of(name: str) -> Path:
    """The file that is meant by a name of the library, or by the path of a file anywhere."""
    named = Path(name).expanduser()
    if named.parent == Path() and not name.endswith(file.SUFFIX):
        return folders.own_examples() / f"{name}{file.SUFFIX}"
    return named.absolute()


def everything() -> tuple[OwnDataset, ...]:
    """All datasets of the library that can be read, by title. Never raises."""
    found = []
    with suppress(OSError):
        for path in sorted(folders.own_examples().glob(f"*{file.SUFFIX}"))[:MOST]:
            with suppress(DataError):
                found.append(OwnDataset(path.name.removesuffix(file.SUFFIX), path, file.read(path)))
    return tuple(sorted(found, key=lambda kept: kept.collection.description.title.casefold()))


def find(name: str) -> OwnDataset | None:
    """The dataset of that name, None where there is none that can be read."""
    with suppress(DataError):
        return OwnDataset(name, path_of(name), file.read(path_of(name)))
    return None


def begin(description: Description, name: str = "") -> OwnDataset:
    """Begin a dataset; ``name`` for one that is always the same: it is given back where it is there already.

    Raises DataError.
    """
    if name and (there := find(name)) is not None:
        return there
    wanted = name or _free(description.title)
    file.create(path_of(wanted), description)
    return OwnDataset(wanted, path_of(wanted), file.read(path_of(wanted)))


def delete(kept: OwnDataset) -> None:
    """Take a dataset out of the library for good. Raises DataError."""
    try:
        kept.path.unlink()
    except OSError as error:
        raise DataError(f"{kept.path} cannot be deleted: {error.strerror or error}.") from None
    with suppress(OSError):
        _mark_of(kept.path).unlink()


def learned_from(path: Path) -> None:
    """A network begins to learn from a dataset: from now on only what is held out of it is judged by. Never raises."""
    with suppress(OSError):
        _mark_of(path).touch()


def was_learned_from(path: Path) -> bool:
    """Whether any network on this computer has begun to learn from it."""
    return os.path.exists(_mark_of(path))


def _mark_of(path: Path) -> Path:
    return path.with_name(path.name + _LEARNED)


def _free(title: str) -> str:
    stem = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:50] or "examples"
    name, number = stem, 2
    while os.path.lexists(path_of(name)):
        name, number = f"{stem}-{number}", number + 1
    return name
