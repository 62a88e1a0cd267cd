"""The user's own examples for other programs: a folder of PNG files, a CSV table, a file of numpy arrays.

And from one dataset into another of the library: both stay as they are but for what is added.
"""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from engine.data.dataset import DataError
from engine.data.examples import file
from engine.data.examples.values import Collection, ExampleKind
from engine.files.atomic import WriteError, replacing, write_whole

FORMATS = {"folder": "Folder of PNG files", "csv": "CSV table", "npz": "NumPy arrays (npz)"}
"""What it can be exported as, by the word of the command line."""


def formats(collection: Collection) -> tuple[str, ...]:
    """What a dataset can be exported as: points are no pictures."""
    return tuple(FORMATS)[1:] if collection.description.kind is ExampleKind.POINTS else tuple(FORMATS)


def export(collection: Collection, form: str, path: Path) -> None:
    """Write a dataset to ``path``: a new folder, or a file, which is replaced. Raises DataError."""
    try:
        if form == "folder":
            _folder(collection, path)
        elif form == "csv":
            write_whole(path, _csv(collection).encode("utf-8"))
        else:
            rows = collection.split(collection.examples)
            names = np.array(collection.description.classes)
            with replacing(path) as stream:
                np.savez_compressed(stream, inputs=rows.inputs, targets=rows.targets, classes=names)
    except WriteError as error:
        raise DataError(str(error)) from None
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from None


def _folder(collection: Collection, path: Path) -> None:
    """A folder with one folder a class, as any program for pictures reads them."""
    if collection.description.kind is not ExampleKind.PICTURES:
        raise DataError(f"{collection.description.title} holds points, not images: export it as CSV or npz.")
    if os.path.lexists(path):
        raise DataError(f"{path} already exists. Choose a new folder.")
    path.mkdir(parents=True)
    names: dict[str, str] = {}
    for index, name in enumerate(collection.description.classes):
        plain = re.sub(r"[^\w\- ]", "_", name).strip() or f"class {index}"
        taken = {one.casefold() for one in names.values()}
        names[name] = f"{plain} {index}" if plain.casefold() in taken else plain
        (path / names[name]).mkdir()
    for number, example in enumerate(collection.examples):
        pixels = example.values[0] if len(example.values) == 1 else np.moveaxis(example.values, 0, -1)
        with replacing(path / names[example.label] / f"{number:05}.png") as stream:
            Image.fromarray(np.ascontiguousarray(pixels)).save(stream, format="PNG")


def _csv(collection: Collection) -> str:
    """A row an example: the class last; of a picture its pixels, row by row, one channel after the other."""
    described = collection.description
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    points = described.kind is ExampleKind.POINTS
    pixels = [f"pixel {number}" for number in range(int(np.prod(described.size)))]
    writer.writerow([*(described.axes if points else pixels), "class"])
    for example in collection.examples:
        values = example.values.reshape(-1)
        # Nine digits are what a float32 needs to be read back as it was.
        writer.writerow([*(f"{value:.9g}" if points else int(value) for value in values), example.label])
    return text.getvalue()


def merge(into: Path, other: Path) -> int:
    """Put the examples of ``other`` into a dataset, its classes too; says how many are new. Raises DataError."""
    mine, theirs = file.read(into), file.read(other)
    if (mine.description.kind, mine.description.size) != (theirs.description.kind, theirs.description.size):
        raise DataError(
            f"{theirs.description.title} cannot be put into {mine.description.title}: their examples have other sizes."
        )
    known = {example.id for example in mine.examples}
    new = [example for example in theirs.examples if example.id not in known]
    classes = (*mine.description.classes, *(n for n in theirs.description.classes if n not in mine.description.classes))
    if new and classes != mine.description.classes:
        try:
            file.describe(into, replace(mine.description, classes=classes))
        except ValueError as error:
            raise DataError(str(error)) from None
    file.restore(into, new)
    return len(new)
