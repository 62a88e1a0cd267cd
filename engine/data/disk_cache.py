"""Generated pictures kept on disk, since making them anew takes seconds.

The file is checked when it is read (zip keeps a checksum of every member) and made again when anything about
it is wrong; a folder that cannot be written to costs only the time saved.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.files.atomic import WriteError, replacing
from engine.files.bounded import read_bounded
from engine.files.temporaries import clear_folder

Pictures = NDArray[np.uint8]
Labels = NDArray[np.int64]

_KEPT = 6


def cached(folder: Path, name: str, count: int, make: Callable[[], tuple[Pictures, Labels]]) -> tuple[Pictures, Labels]:
    """``count`` pictures (uint8 N×1×28×28) and labels (int64 N) from ``folder/name.npz``, or from ``make``."""
    path = folder / f"{name}.npz"
    stored = read(path, count)
    if stored is not None:
        return stored
    pictures, labels = make()
    # Without a cache everything still works, only slower.
    with contextlib.suppress(OSError, WriteError):
        write(path, pictures, labels)
        _forget_the_oldest(folder)
    return pictures, labels


def read(path: Path, count: int) -> tuple[Pictures, Labels] | None:
    try:
        most = count * (28 * 28 + 8) + 65536
        content = io.BytesIO(read_bounded(path, most))
        with zipfile.ZipFile(content) as archive:
            if sum(member.file_size for member in archive.infolist()) > most:
                return None  # packed: it could unpack to any size
        with np.load(content, allow_pickle=False) as stored:
            pictures, labels = stored["pictures"], stored["labels"]
    except Exception:
        # Damage shows in many ways (zip, number format, memory); whatever it is, the pictures are made again.
        return None
    fits = pictures.shape == (count, 1, 28, 28) and pictures.dtype == np.uint8
    if not fits or labels.shape != (count,) or labels.dtype != np.int64:
        return None
    return pictures, labels


def write(path: Path, pictures: Pictures, labels: Labels) -> None:
    """Whole or not at all: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_folder(path.parent)
    with replacing(path) as stream:
        np.savez(stream, pictures=pictures, labels=labels)


def _forget_the_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_KEPT:]:
        file.unlink(missing_ok=True)
