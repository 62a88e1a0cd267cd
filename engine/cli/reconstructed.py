"""What an autoencoder gives back, as JSON lines: the numbers of a row by their columns, images as PNG files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.cli import output
from engine.cli.failure import CommandError
from engine.cli.made import saved_picture
from engine.cli.show import json_line
from engine.data.kinds import DataKind
from engine.data.pictures.file import PictureError

if TYPE_CHECKING:
    from engine.data.dataset import Schema
    from engine.tasks.queries import LearnedNetwork, Reconstructed

UNUSUAL = 0.95
"""A sample is called unusual that is given back worse than this share of those that were held back from learning."""


def given_back(outputs: NDArray[np.float32], schema: Schema, file: Path) -> dict[str, Any]:
    """One sample that came back, float32 …: ``reconstruction``, the numbers by their columns, or the name of the PNG
    ``file`` it was written into. Raises CommandError."""
    if not np.isfinite(outputs).all():
        raise CommandError(
            "The network's output is not finite: the inputs or its weights are far too large. Look at the inputs; if "
            "they are as usual, train it from scratch with a lower learning rate."
        )
    if schema.kind is DataKind.PICTURES:
        low, high = schema.value_range
        saved_picture(np.rint(np.clip(outputs, low, high)).astype(np.uint8), file)
        return {"reconstruction": str(file)}
    # The shortest decimal that is the same float32 says as much as there is to say.
    numbers = [float(str(value)) for value in outputs.reshape(-1)]
    return {"reconstruction": dict(zip(schema.columns, numbers, strict=True))}


def judged(found: Reconstructed, number: int) -> dict[str, Any]:
    """``error``: the mean squared error of a sample; ``above``: the share of held-out samples with a smaller one."""
    said: dict[str, Any] = {"error": float(f"{found.errors[number]:.6g}")}
    if found.above is not None:
        share = float(found.above[number])
        said["above"] = round(share, 4)
        if share > UNUSUAL:
            said["warnings"] = [f"{100 * share:.0f} % of the samples held back from learning are given back better."]
    return said


def rows(network: LearnedNetwork, inputs: NDArray[Any]) -> int:
    """Print what comes back of the rows of a table."""
    from engine.tasks.answerer import Answerer
    from engine.tasks.queries import Reconstruct

    found = Answerer().answer(network, Reconstruct(inputs))
    for number, outputs in enumerate(found.outputs):
        json_line({"row": number + 1, **given_back(outputs, network.schema, Path()), **judged(found, number)})
    return 0


def pictures(network: LearnedNetwork, paths: Sequence[Path], folder: Path) -> int:
    """Write what comes back of images into ``folder``, and print where; 1 when one could not be read."""
    from engine.data.pictures.input import read_picture
    from engine.tasks.answerer import Answerer
    from engine.tasks.queries import Reconstruct

    answerer, status, taken = Answerer(), 0, set[Path]()
    for path in paths:
        try:
            picture = read_picture(path, network.schema)
        except PictureError as error:
            output.refuse(str(error))
            status = 1
            continue
        found = answerer.answer(network, Reconstruct(picture[None]))
        file = _free(folder / f"{path.stem}-reconstruction.png", taken)
        json_line({"picture": str(path), **given_back(found.outputs[0], network.schema, file), **judged(found, 0)})
    return status


def _free(file: Path, taken: set[Path]) -> Path:
    """The file, or another where an image of the same name, of another folder, has it already."""
    number, found = 1, file
    while found in taken:
        number += 1
        found = file.with_name(f"{file.stem}-{number}.png")
    taken.add(found)
    return found
