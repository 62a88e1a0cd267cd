"""generate: make something new with a trained network: text, images, or rows of numbers, as it has learned to.

Text and rows (as CSV) go to standard output, images as PNG files into a folder. The same words with the same seed give
the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli import output
from engine.cli.argument_types import decimal, whole
from engine.cli.failure import CommandError
from engine.data.kinds import DataKind

NAME = "generate"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("--count", metavar="N", type=whole, default=1, help="how many to make (1)")
    parser.add_argument("--prompt", metavar="TEXT", help="how the text begins")
    parser.add_argument("--length", metavar="N", type=whole, help="how many characters to add (500)")
    parser.add_argument(
        "--temperature",
        metavar="T",
        type=decimal,
        help="how daring: below 1 likely characters become likelier, 0 always takes the likeliest (1)",
    )
    parser.add_argument("--seed", metavar="S", type=whole, default=0, help="the seed of the random numbers (0)")
    parser.add_argument("--out", metavar="FOLDER", help="where images go, one file each")


def run(arguments: argparse.Namespace) -> int:
    """Make it and write it."""
    from engine.cli.made import folder_for, saved_pictures, say_rows
    from engine.cli.projects import learned, named, read
    from engine.data.fields import decoded, inputs
    from engine.tasks.queries import Generate

    try:
        query = Generate(
            arguments.count,
            arguments.prompt or "",
            500 if arguments.length is None else arguments.length,
            1.0 if arguments.temperature is None else arguments.temperature,
            arguments.seed,
        )
    except ValueError as error:
        raise CommandError(str(error), 2) from None
    path = named(arguments.file)
    network = learned(read(path), path)
    _need_of_use(arguments, network.schema.kind, path)

    from engine.tasks.answerer import Answerer
    from engine.tasks.setup import TaskError

    folder = None if arguments.out is None else folder_for(arguments.out)
    try:
        made = Answerer().answer(network, query)
    except TaskError as error:
        raise CommandError(f"{path}: {error}") from None
    for remark in made.remarks:
        output.complain(f"Note: {remark}")
    for number, text in enumerate(made.texts):
        if number:
            output.say("\n---\n")
        output.say(text)
    if made.rows is not None:
        fields = network.schema.fields
        say_rows((decoded(fields, row) for row in made.rows.tolist()), [field.name for field in inputs(fields)])
    if made.pictures is not None:
        output.say(saved_pictures(made.pictures, folder or folder_for("."), arguments.seed))
    return 0


def _need_of_use(arguments: argparse.Namespace, made: DataKind, path: Path) -> None:
    """Raise CommandError for an option that means nothing for what the network in ``path`` makes."""
    what = {DataKind.TEXT: "text", DataKind.PICTURES: "images"}.get(made, "rows of numbers")
    for name, use in (("prompt", "text"), ("length", "text"), ("temperature", "text"), ("out", "images")):
        if getattr(arguments, name) is not None and what != use:
            raise CommandError(f"--{name} is for {use}, and the network in {path} makes {what}. Leave it out.", 2)
