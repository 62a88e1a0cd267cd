"""What can be typed after a program, read from its argument parser: manual pages and completion are made of it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """An option or an argument. ``flags`` is empty for an argument, ``value`` for an option that takes none."""

    flags: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    help: str
    optional: bool = False
    many: bool = False

    @property
    def is_file(self) -> bool:
        """Whether its value is the name of a file or a folder."""
        return any(word in self.value for word in ("FILE", "PATH", "IMAGE", "FOLDER"))


@dataclass(frozen=True)
class Command:
    """A program or one of its commands, with those inside it."""

    name: str
    summary: str
    description: str
    options: tuple[Option, ...]
    commands: tuple[Command, ...]
    epilog: str = ""


def command_of(parser: argparse.ArgumentParser, summary: str = "") -> Command:
    """All that a parser takes, its commands in the order in which it lists them."""
    options: list[Option] = []
    commands: list[Command] = []
    # argparse has no public way to ask for this; its own help is made from the same lists.
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            commands += [command_of(inner, summaries.get(name, "")) for name, inner in action.choices.items()]
        elif action.help is not argparse.SUPPRESS:
            options.append(_option(action))
    name = parser.prog.split(" ")[-1]
    description = " ".join((parser.description or "").split())
    return Command(name, summary, description, tuple(options), tuple(commands), parser.epilog or "")


def _option(action: argparse.Action) -> Option:
    takes_none = bool(action.option_strings) and action.nargs == 0
    named = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return Option(
        tuple(action.option_strings),
        "" if takes_none else named,
        tuple(str(choice) for choice in action.choices or ()),
        " ".join((action.help or "").replace("%%", "%").split()),
        optional=action.nargs in ("?", "*"),
        many=action.nargs in ("*", "+"),
    )
