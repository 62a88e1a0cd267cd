"""Writing what a network has made: rows as CSV on standard output, images as PNG files into a folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.cli import output
from engine.cli.failure import CommandError
from engine.counting import counted


def say_rows(rows: Iterable[Sequence[float | str]], columns: Sequence[str]) -> None:
    """Print rows with a line of names above them."""
    output.say(rows_text(rows, columns))


def rows_text(rows: Iterable[Sequence[float | str]], columns: Sequence[str]) -> str:
    """Rows as CSV below their names, each number with as many digits as float32 needs."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\n")
    table.writerow(columns)
    table.writerows([[_written(value) for value in row] for row in rows])
    return written.getvalue().rstrip("\n")


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else str(np.float32(value))


def folder_for(word: str) -> Path:
    """The folder that a word means, made where it is not there yet. Raises CommandError for a file."""
    folder = Path(word)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"{word} cannot be a folder for images: {error.strerror}."
        raise CommandError(f"{reason} Give another with --out.") from None
    return folder


def saved_pictures(pictures: NDArray[Any], folder: Path, seed: int) -> str:
    """Write pictures, uint8 N×channels×height×width, as PNG files; a sentence that says where. Raises CommandError.

    Their names hold the seed and the number of each from 1, so that another seed replaces none of them.
    """
    digits = len(str(len(pictures)))
    for number, picture in enumerate(pictures, 1):
        saved_picture(picture, folder / f"sample-{seed}-{number:0{digits}}.png")
    return f"Wrote {counted(len(pictures), 'image')} to {folder}."


def saved_picture(picture: NDArray[Any], path: Path) -> None:
    """Write a picture, uint8 channels×height×width, as a PNG file. Raises CommandError."""
    from PIL import Image

    pixels = picture[0] if len(picture) == 1 else np.moveaxis(picture, 0, -1)
    try:
        Image.fromarray(np.ascontiguousarray(pixels)).save(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from None
