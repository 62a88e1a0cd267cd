"""decode: the predictions of a trained network where one of its layers gives values of yours.

The values are those of the command encode, or others of the same form: a CSV file with the numbers of the layer in each
row, or an NPZ file with an array that is called as the layer. Prints one JSON line for each row, as predict does. The
images that an autoencoder gives back go into files called decoded-1.png and so on.
"""

from __future__ import annotations

import argparse
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.failure import CommandError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.graph.shapes import Shape

NAME = "decode"
LARGEST = 2_000_000_000
"""Bytes of an NPZ file once it is unpacked."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("values", metavar="VALUES", help="what the layer gives: a CSV or NPZ file")
    parser.add_argument(
        "--at",
        metavar="LAYER",
        help="the layer, by name; block1.conv1 for one inside a block (the one that gives the code of an autoencoder)",
    )
    parser.add_argument("--out", metavar="FOLDER", help="where images go that an autoencoder gives back (here)")


def run(arguments: argparse.Namespace) -> int:
    """Print the answers."""
    from engine.cli.encode import code_of
    from engine.cli.predict import answer
    from engine.cli.projects import learned, named, read
    from engine.cli.show import json_line
    from engine.graph.inference import infer
    from engine.graph.nesting import path_of
    from engine.tasks.queries import Decode

    path = named(arguments.file)
    network = learned(read(path), path)
    at = arguments.at or code_of(network, path)
    facts = infer(network.graph, network.schema.signature().at_work())
    shape = facts.shape_at(path_of(network.graph, at))
    if shape is None:
        raise CommandError(f"Nothing arrives at {at}, so it gives nothing.")
    values = _values(Path(arguments.values), at, shape)

    from engine.tasks.answerer import Answerer

    made = Answerer().answer(network, Decode(values, at))
    if network.schema.target.gives_back_input:
        from engine.cli.made import folder_for
        from engine.cli.reconstructed import given_back

        folder = folder_for(arguments.out or ".")
        for number, outputs in enumerate(made.answers, start=1):
            json_line({"row": number, **given_back(outputs, network.schema, folder / f"decoded-{number}.png")})
        return 0
    for number, outputs in enumerate(made.answers, start=1):
        json_line({"row": number, **answer(outputs, network.schema.target)})
    return 0


def _values(path: Path, name: str, shape: Shape) -> NDArray[np.generic]:
    """The values in a file, N × the shape of the layer. Raises CommandError and DataError."""
    from engine.cli.encode import NPZ

    if path.suffix.lower() == NPZ:
        return _array(path, name)
    from engine.cli.encode import columns_of
    from engine.data.dataset import Schema
    from engine.data.kinds import DataKind
    from engine.data.tables.file import read_rows
    from engine.graph.shapes import Shape
    from engine.graph.targets import Quantities

    # What a table of these values is like: columns are found by their names, and its mistakes have their sentences.
    columns = columns_of(name, shape.count)
    table = Schema(
        name=name,
        title=name,
        summary="",
        kind=DataKind.TABLE,
        input=Shape.features(shape.count),
        target=Quantities(1, ("",)),
        columns=columns,
        value_range=(0.0, 1.0),
        licence="",
        origin="",
    )
    return read_rows(path, table).reshape(-1, *shape.sizes)


def _array(path: Path, name: str) -> NDArray[np.generic]:
    import numpy as np

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > LARGEST:
                raise CommandError(f"{path} is larger than {LARGEST / 1e9:g} GB once it is unpacked.")
        with np.load(path, allow_pickle=False) as arrays:
            if name not in arrays.files:
                raise CommandError(f"{path} has no array {name!r}, but {', '.join(arrays.files) or 'none at all'}.")
            found: NDArray[np.generic] = arrays[name]
    except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError, zlib.error):
        raise CommandError(
            f"{path} is damaged, or no NPZ file: give one that the command encode or numpy.savez has written."
        ) from None
    if found.dtype.kind not in "fiu" or found.ndim < 1:
        raise CommandError(f"The array {name!r} in {path} holds {found.dtype}, and numbers are expected.")
    return found
