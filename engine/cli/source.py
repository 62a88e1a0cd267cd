"""source: the network as a Python file that runs alone, with nothing but torch."""

from __future__ import annotations

import argparse

from engine.cli import output
from engine.cli.failure import CommandError
from engine.files.endings import ending_of

NAME = "source"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the words of the command."""
    parser.add_argument("file", metavar="FILE", help="the project file")
    parser.add_argument(
        "--out", metavar="FILE.py", help="write there, and the trained weights beside it; without it, print the source"
    )
    parser.add_argument("--force", action="store_true", help="replace files that are there already")


def run(arguments: argparse.Namespace) -> int:
    """Print or write it."""
    from engine.cli.projects import checked, file_of, named, need_free, read, signature_of

    path = named(arguments.file)
    out = None if arguments.out is None else file_of(arguments.out)
    if out is not None and not ending_of(out, ".py"):
        raise CommandError(f"The file for --out must end in .py, and {out} does not.")
    project = read(path)
    checked(project.graph, signature_of(project.recipe).at_work(), path)

    from engine.export.source import export_source, source_text, weights_beside

    if out is None:
        text = source_text(project, "weights.safetensors" if project.weights is not None else None)
        if not output.is_utf_8():  # as Python is; letters beyond ASCII are in strings and comments, where escapes fit
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        output.say(text, end="")
        return 0
    if not arguments.force:
        need_free(out)
        if project.weights is not None:
            need_free(weights_beside(out))
    weights = export_source(project, out, new=not arguments.force)
    if weights is None:
        output.say(f"Wrote {out}. The network is not trained, so there are no weights to go with it.")
    else:
        output.say(f"Wrote {out}, and the weights to {weights}.")
    return 0
