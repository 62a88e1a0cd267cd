"""layers: list the kinds of layers, or explain one."""

from __future__ import annotations

import argparse
import difflib
import textwrap

from engine.cli import output
from engine.cli.failure import CommandError

NAME = "layers"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to ``parser``."""
    parser.add_argument("layer", metavar="LAYER", nargs="?", help="the layer to explain; without it all are listed")


def run(arguments: argparse.Namespace) -> int:
    """Print the list or the explanation."""
    from engine.cli.show import columns
    from engine.graph.layers import FAMILIES, kinds

    if arguments.layer:
        output.say(_explained(arguments.layer))
        return 0
    for family, title in FAMILIES.items():
        rows = [(f"  {kind.name}", kind.summary) for kind in kinds().values() if kind.family == family]
        if rows:
            output.say(f"{title}\n{columns(rows)}\n")
    return 0


def _explained(word: str) -> str:
    from engine.cli.show import columns
    from engine.graph.layers import kinds

    by_name = {name.lower(): kind for name, kind in kinds().items()}
    kind = by_name.get(word.lower())
    if kind is None:
        near = [by_name[name].name for name in difflib.get_close_matches(word.lower(), by_name, n=3)]
        meant = f"Did you mean {' or '.join(near)}?" if near else "The command layers lists them."
        raise CommandError(f"There is no layer called {word!r}. {meant}")
    parts = [f"{kind.name}: {kind.summary}", textwrap.fill(kind.why, 100)]
    if kind.parameters:
        rows = [
            (f"  {one.name}", f"{one.show(one.default)}{' ' + one.unit if one.unit else ''}", one.help)
            for one in kind.parameters
        ]
        parts.append(columns(rows, ("  SETTING", "DEFAULT", "WHAT IT DOES")))
    if kind.torch_class:
        parts.append(f"In torch: {kind.torch_class}")
    return "\n\n".join(parts)
