"""encode: what layers of a trained network give for images or for the rows of a table: their activations.

Of a network that narrows and widens again, an autoencoder, it gives the code unless other layers are named. Written as
CSV, a row for each sample and the numbers
of each layer one after the other, or with --out FILE.npz as an array for each layer, samples × its shape. The command
decode takes both back.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.cli import output
from engine.cli.failure import CommandError
from engine.data.kinds import DataKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.data.dataset import Schema
    from engine.tasks.queries import LearnedNetwork

NAME = "encode"
CSV, NPZ = ".csv", ".npz"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("pictures", metavar="IMAGE", nargs="*", help="image files of any size")
    parser.add_argument("--csv", metavar="FILE", help="a table with one row per sample and one column per input")
    parser.add_argument(
        "--at",
        metavar="LAYER",
        action="append",
        help="the layer to look at, by name; block1.conv1 for one inside a block. May be given several times "
        "(the code of an autoencoder)",
    )
    parser.add_argument("--out", metavar="FILE", help="where to write it, *.csv or *.npz (CSV on standard output)")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> int:
    """Ask the network and write what its layers give."""
    from engine.cli.made import rows_text, say_rows
    from engine.cli.projects import learned, named, need_free, read
    from engine.files.atomic import replacing, write_whole
    from engine.tasks.queries import Encode

    if bool(arguments.pictures) == bool(arguments.csv):
        raise CommandError("encode takes either images, or a table with --csv FILE.", 2)
    out = None if arguments.out is None else Path(arguments.out)
    if out is not None and out.suffix.lower() not in (CSV, NPZ):
        raise CommandError(f"{out} is neither a CSV nor an NPZ file: end its name in {CSV} or {NPZ}.", 2)
    if out is not None and not arguments.force:
        need_free(out)
    path = named(arguments.file)
    network = learned(read(path), path)
    inputs = _inputs(arguments, network.schema, path)

    at = tuple(dict.fromkeys(arguments.at or (code_of(network, path),)))

    from engine.tasks.answerer import Answerer

    values = Answerer().answer(network, Encode(inputs, at)).values
    if out is not None and out.suffix.lower() == NPZ:
        with replacing(out, new=not arguments.force) as file:
            _pack(values, file)
        return 0
    columns, rows = _flat(values)
    if out is None:
        say_rows(rows, columns)
    else:
        write_whole(out, (rows_text(rows, columns) + "\n").encode("utf-8"), new=not arguments.force)
    return 0


def _pack(values: Mapping[str, NDArray[Any]], file: BinaryIO) -> None:
    """Write an NPZ file; ``numpy.savez`` has arguments whose names a layer may have."""
    import numpy as np

    with zipfile.ZipFile(file, "w") as packed:
        for name, value in values.items():
            with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(value), allow_pickle=False)


def code_of(network: LearnedNetwork, path: Path) -> str:
    """The layer in which the encoder of an autoencoder ends, by name. Raises CommandError for another network."""
    from engine.graph.inference import infer
    from engine.graph.parts import code_node

    graph = network.graph
    found = code_node(infer(graph, network.schema.signature().at_work()))
    if found is not None:
        return graph.nodes[found].name
    raise CommandError(
        f"The network in {path} does not narrow and widen again, so it has no code. Say which layer with --at: "
        f"{', '.join(graph.names)}."
    )


def columns_of(name: str, count: int) -> tuple[str, ...]:
    """What the numbers of a layer are called in a table."""
    return tuple(f"{name}.{number + 1}" for number in range(count))


def _flat(values: Mapping[str, NDArray[Any]]) -> tuple[list[str], NDArray[Any]]:
    """The names of all columns, and the values of all layers in them."""
    import numpy as np

    parts = {name: value.reshape(len(value), -1) for name, value in values.items()}
    columns = [column for name, part in parts.items() for column in columns_of(name, part.shape[1])]
    return columns, np.concatenate(list(parts.values()), axis=1)


def _inputs(arguments: argparse.Namespace, schema: Schema, path: Path) -> NDArray[Any]:
    """The samples on the command line, raw as in a dataset."""
    import numpy as np

    from engine.data.pictures.input import read_picture
    from engine.data.tables.file import read_samples

    if schema.kind is DataKind.TEXT:
        raise CommandError(f"The network in {path} takes text, and encode takes images or the rows of a table.")
    if arguments.csv:
        rows, unknown = read_samples(Path(arguments.csv), schema)
        for category in unknown:
            output.complain(f"Warning: {category.sentence}")
        return rows
    if schema.kind is not DataKind.PICTURES:
        raise CommandError(f"The network in {path} takes {', '.join(schema.columns)}, not images; use --csv FILE.")
    return np.stack([read_picture(Path(word), schema) for word in arguments.pictures])
