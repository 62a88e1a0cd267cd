"""generate: make something new with a trained network: text, images, or rows of numbers, as it has learned to.

Text and rows (as CSV) go to standard output, images as PNG files into a folder. The same words with the same seed give
the same.
"""

from __future__ import annotations

import argparse

from engine.cli import output
from engine.cli.failure import CommandError

NAME = "generate"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("file", metavar="FILE", help="the project file, trained")
    parser.add_argument("--count", metavar="N", type=int, default=1, help="how many to make (1)")
    parser.add_argument("--prompt", metavar="TEXT", default="", help="how the text begins")
    parser.add_argument("--length", metavar="N", type=int, default=500, help="how many characters to add (500)")
    parser.add_argument(
        "--temperature",
        metavar="T",
        type=float,
        default=1.0,
        help="how daring: below 1 likely characters become likelier, 0 always takes the likeliest (1)",
    )
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="the seed of the random numbers (0)")
    parser.add_argument("--out", metavar="FOLDER", help="where images go, one file each")


def run(arguments: argparse.Namespace) -> int:
    """Make it and write it."""
    from engine.cli.made import folder_for, saved_pictures, say_rows
    from engine.cli.projects import learned, named, read
    from engine.tasks.queries import Generate

    try:
        query = Generate(
            arguments.count, arguments.prompt, arguments.length, arguments.temperature, arguments.seed
        )
    except ValueError as error:
        raise CommandError(str(error), 2) from None
    path = named(arguments.file)
    network = learned(read(path), path)

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
        say_rows(made.rows, network.schema.columns)
    if made.pictures is not None:
        output.say(saved_pictures(made.pictures, folder or folder_for("."), arguments.seed))
    return 0
