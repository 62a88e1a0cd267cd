"""source: the network as a Python file that runs alone, with nothing but torch."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.failure import CommandError

NAME = "source"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the words of the command."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument(
        "--out", metavar="FILE.py", help="write there, and the trained weights beside it; without it, print the source"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print or write it."""
    from engine.cli.projects import checked, data_of, named, read
    from engine.project.tensors import packed

    path = named(arguments.file)
    project = read(path)
    signature = data_of(project).signature()
    checked(project.graph, signature, path)

    from engine.network.source import Scaling, source

    out = Path(arguments.out) if arguments.out else None
    if out is not None and out.suffix != ".py":
        raise CommandError(f"The file for --out must end in .py, and {out} does not.")
    weights_file = out.with_suffix(".safetensors").name if out else "weights.safetensors"
    preparation = project.preparation
    scaling = Scaling(preparation.input_shift, preparation.input_scale) if preparation else None
    text = source(project.graph, signature, title=project.title, weights_file=weights_file, scaling=scaling)
    if out is None:
        print(text, end="")
        return 0
    out.write_text(text, encoding="utf-8")
    if project.weights is None:
        print(f"Wrote {out}. The network is not trained, so there are no weights to go with it.")
        return 0
    out.with_name(weights_file).write_bytes(packed(project.weights))
    print(f"Wrote {out}, and the weights to {out.with_name(weights_file)}.")
    return 0
