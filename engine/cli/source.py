"""source: the network as a Python script that needs only PyTorch and prints its predictions."""

from __future__ import annotations

import argparse
from dataclasses import replace

from engine.cli import output
from engine.cli.failure import CommandError
from engine.files.endings import ending_of, without_ending

NAME = "source"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument(
        "--out", metavar="FILE.py", help="write to this file, and the weights beside it; otherwise print the source"
    )
    parser.add_argument(
        "--with-training",
        action="store_true",
        help="with the training loop and its settings too: the script then takes --train; with --out the training "
        "data is written beside it, where it is on this computer",
    )
    parser.add_argument("--force", action="store_true", help="replace existing files")


def run(arguments: argparse.Namespace) -> int:
    """Print or write it."""
    from engine.cli.projects import checked, file_of, known, named, need_free, read, signature_of
    from engine.project.file import SUFFIX

    path = named(arguments.file)
    out = None if arguments.out is None else file_of(arguments.out)
    if out is not None and not ending_of(out, ".py"):
        raise CommandError(f"The file for --out must end in .py, and {out} does not.")
    project = read(path)
    if not project.title:
        project = replace(project, title=without_ending(path.name, SUFFIX))
    known(project.recipe.dataset)
    checked(project.graph, signature_of(project.recipe).at_work(), path)

    from engine.export.source import data_beside, export_source, source_text, weights_beside

    learns = bool(arguments.with_training)
    if out is None:
        weights_file = "weights.safetensors" if project.run.weights is not None or learns else None
        text = source_text(project, weights_file, with_training=learns)
        if not output.is_utf_8():  # as Python is; letters beyond ASCII are in strings and comments, where escapes fit
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        output.say(text, end="")
        return 0
    if not arguments.force:
        need_free(out)
        if project.run.weights is not None or learns:  # an untrained one will write them when it trains itself
            need_free(weights_beside(out))
        if learns:
            need_free(data_beside(out))
    written = export_source(project, out, new=not arguments.force, with_training=learns)
    if written.weights is None:
        output.say(f"Wrote {out}. The network is not trained, so there are no weights to go with it.")
    else:
        output.say(f"Wrote {out}, and the weights to {written.weights}.")
    if written.data is not None:
        output.say(f"The training data is in {written.data}: python {out} --train")
    elif learns:
        output.say(f"Its dataset is not on this computer, so say what to train on: python {out} --train FILE.npz")
    return 0
