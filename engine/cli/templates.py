"""templates: list the templates that a project can start from."""

from __future__ import annotations

import argparse

from engine.cli import output

NAME = "templates"


def add(parser: argparse.ArgumentParser) -> None:
    """Add no arguments: the command takes none."""


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    from engine.cli.show import columns
    from engine.graph import templates

    found = [templates.describe(name) for name in templates.names()]
    rows = [(one.name, one.dataset, one.summary) for one in found]
    output.say(columns(rows, ("TEMPLATE", "DATA", "WHAT IT IS")))
    return 0
