"""What can be typed: one sub-command a file, and errors of typing as one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from engine import __version__
from engine.cli import (
    data,
    decode,
    demo,
    encode,
    examples,
    generate,
    info,
    layers,
    new,
    output,
    predict,
    preview,
    runs,
    score,
    source,
    tasks,
    templates,
    train,
    weights,
)
from engine.cli.output import PROGRAM

COMMANDS = (
    *(new, templates, tasks, layers, data, examples, train, weights, runs),
    *(predict, score, encode, decode, generate, info, preview, source, demo),
)
BAD_WORDS = 2


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence where argparse prints its usage first."""

    def error(self, message: str) -> NoReturn:
        output.refuse(f"{_plain(message)}. See: {self.prog} --help")
        self.exit(BAD_WORDS)

    def _print_message(self, message: str, file: object = None) -> None:
        output.say(message, end="")  # its help and version; errors go another way


def _plain(message: str) -> str:
    return message[:1].upper() + message[1:].rstrip(".")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; what it returns has ``run``, to be called with it."""
    top = _Parser(
        prog=PROGRAM,
        description="Sketch a neural network, train it and use it, without a window.",
        epilog="For help with a command, for example: sketchnet-cli train --help",
    )
    top.add_argument("--version", action="version", version=f"Sketchnet {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        summary, description = _summary(module.__doc__)
        added = commands.add_parser(module.NAME, help=summary, description=description)
        module.add(added)
        added.set_defaults(run=module.run)
    return top


def _summary(docstring: str | None) -> tuple[str, str]:
    """The first sentence of a module's docstring without the name of the command, and all of it."""
    text = (docstring or "").partition(": ")[2]
    first: Sequence[str] = text.strip().split("\n\n")
    return " ".join(first[0].split()).rstrip("."), text
