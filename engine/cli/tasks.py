"""tasks: list the kinds of learning, what each is, and what can be set on it."""

from __future__ import annotations

import argparse

from engine.cli import output

NAME = "tasks"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("--json", action="store_true", help="the same as one JSON line a kind")


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    from engine.cli.show import columns, json_line
    from engine.tasks.registry import KINDS

    if arguments.json:
        for kind in KINDS.values():
            json_line(
                {
                    "name": kind.name,
                    "title": kind.title,
                    "summary": kind.summary,
                    "settings": [
                        {
                            "path": f"task.{one.name}",
                            "title": one.title,
                            "default": one.default,
                            "expected": one.expected,
                            "help": one.help,
                        }
                        for one in kind.parameters
                    ],
                }
            )
        return 0
    rows = [(kind.name, kind.title, kind.summary) for kind in KINDS.values()]
    parts = [columns(rows, ("TASK", "TITLE", "WHAT IT IS"))]
    for kind in KINDS.values():
        if kind.parameters:
            settings = [(f"  task.{one.name}={one.show(one.default)}", one.help) for one in kind.parameters]
            parts.append(f"Settings of {kind.name}\n{columns(settings)}")
    output.say("\n\n".join(parts))
    return 0
